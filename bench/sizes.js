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
  const loaded = await gzippedAtOnce(ours, Object.keys(dependencies))
  const apart = await gzippedBytes(ours, Object.keys(dependencies))
  const whole = await gzippedBytes(ours, [])
  const sizes = [
    ['what an import of @rolecall/credentials loads', loaded],
    ['that, and every dependency', loaded + whole - apart],
    ['all of it without its dependencies, as one file', apart],
    ['all of it with its dependencies, as one file', whole],
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
  const { outputFiles } = await bundle(contents, external, {})
  return gzip(outputFiles[0])
}

/** Without what is imported on demand. */
async function gzippedAtOnce(contents, external) {
  const { outputFiles, metafile } = await bundle(contents, external, {
    splitting: true,
    outdir: 'bench',
    metafile: true,
  })
  const parts = Object.entries(metafile.outputs)
  const loaded = new Set(parts.filter(([, { entryPoint }]) => entryPoint === '<stdin>').map(([path]) => path))
  for (const path of loaded) {
    for (const { kind, path: imported } of metafile.outputs[path]?.imports ?? [])
      if (kind === 'import-statement') loaded.add(imported)
  }
  const isLoaded = (file) => [...loaded].some((path) => file.path.endsWith(path))
  return outputFiles.filter(isLoaded).reduce((sum, file) => sum + gzip(file), 0)
}

function gzip({ contents }) {
  return gzipSync(contents, { level: 9 }).byteLength
}

function bundle(contents, external, options) {
  return build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    external,
    logLevel: 'error',
    ...options,
  })
}
