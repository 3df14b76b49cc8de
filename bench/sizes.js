/** Bundled, minified and gzipped: what a program that uses the library carries. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')

export async function measureSizes() {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'packages/credentials/package.json'), 'utf8'))
  const ours = "export * from '@rolecall/credentials'"
  const theirs = "export { fromNodeProviderChain } from '@aws-sdk/credential-providers'"
  const sizes = [
    ['@rolecall/credentials without its lazy dependencies', await gzippedBytes(ours, Object.keys(dependencies))],
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
    stdin: { contents, resolveDir: ROOT },
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
