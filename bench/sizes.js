/** Bundled, minified and gzipped: what a program that uses the library carries. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export async function measureSizes() {
  const ours = "export * from '@rolecall/credentials'"
  const theirs = "export { fromNodeProviderChain } from '@aws-sdk/credential-providers'"
  const sizes = [
    ['@rolecall/credentials without its lazy dependencies', await gzippedBytes(ours, ['aws4fetch', 'saxes'])],
    ['@rolecall/credentials with them', await gzippedBytes(ours, [])],
    ['the AWS SDK chain', await gzippedBytes(theirs, [])],
  ]
  const sdk = sizes.at(-1)[1]
  for (const [name, bytes] of sizes) {
    console.log(
      `  ${name.padEnd(54)}${(bytes / 1000).toFixed(1).padStart(7)} kB  ${(bytes / sdk).toFixed(2)} x the AWS SDK`,
    )
  }
}

async function gzippedBytes(contents, external) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(import.meta.dirname, '..') },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    external,
    logLevel: 'error',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
}
