/**
 * Credentials found in every kind of place, by the real library and the real command line, against an embedded AWS on
 * loopback. No account, no network, no root.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCredentials, nodeHost } from '@rolecall/credentials'
import { startSandbox } from '@rolecall/sandbox'
import { createScenes } from './scenes.js'

const CLI = join(import.meta.dirname, '../packages/cli/dist/rolecall.cjs')

const sandbox = await startSandbox()
const home = mkdtempSync(join(tmpdir(), 'rolecall-demo-'))
const base = {
  PATH: process.env.PATH,
  HOME: home,
  AWS_ENDPOINT_URL_STS: sandbox.url,
  AWS_EC2_METADATA_DISABLED: 'true',
}
try {
  console.log(`An AWS of its own listens on ${sandbox.url}. The same question, asked in one place after another:\n`)
  const { scenes, broken } = await createScenes(sandbox, home)
  const resolved = []
  for (const scene of scenes) {
    const env = { ...base, ...scene.env }
    const { text, source } = await resolve(scene, env)
    console.log(`✓ ${source.padEnd(14)}${text}\n  ${''.padEnd(14)}${scene.place}`)
    resolved.push(source)
  }

  console.log(`\nAnd where something is wrong: ${broken.place}\n$ rolecall explain\n`)
  console.log(await rolecall(['explain', '--no-color'], { ...base, ...broken.env }))
  console.log(`sources resolved: ${[...new Set(resolved)].join(', ')}`)
} finally {
  await sandbox.stop()
  rmSync(home, { recursive: true })
}

/** The library says who it is; where flags can say the same, the command line has to find the same source. */
async function resolve({ options = {}, flags, place }, env) {
  const source = createCredentials({ ...options, host: { ...nodeHost(), env } })
  const explanation = await source.explain()
  const winner = explanation.attempts.findLast(({ outcome }) => outcome === 'found')
  if (!winner) throw new Error(`nothing was found: ${place}`)
  const { arn } = await source.identity()

  if (flags) {
    const said = JSON.parse(await rolecall(['explain', '--json', ...flags], env))
    if (said.source !== winner.source) throw new Error(`the command line found ${said.source}, not ${winner.source}`)
  }
  return { text: `${winner.reason}, ${arn}`, source: winner.source }
}

/** What it prints, whatever its exit status: an explanation of a failure is the answer here. */
function rolecall(args, env) {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env }, (_error, stdout) => resolve(stdout))
  })
}
