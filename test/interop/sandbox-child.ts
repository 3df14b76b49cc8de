import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { test as base } from 'vitest'

export type Run = (command: string, args: readonly string[], env: Record<string, string>) => Promise<string>

/** A sandbox, and a way to run a program in an empty home: it sees the variables it is given, and no others. */
export const test = base.extend<{ sandbox: Sandbox; run: Run }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads a fixture's needs from the pattern.
  sandbox: async ({}, use) => {
    const sandbox = await startSandbox()
    await use(sandbox)
    await sandbox.stop()
  },
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads a fixture's needs from the pattern.
  run: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'rolecall-interop-'))
    const world = { PATH: process.env['PATH'] ?? '', HOME: home, NO_PROXY: '127.0.0.1', AWS_PAGER: '' }
    await use(async (command, args, env) => {
      const { stdout } = await promisify(execFile)(command, [...args], { env: { ...world, ...env } })
      return stdout
    })
    await rm(home, { recursive: true, force: true })
  },
})

/** What a program that failed said. */
export async function readFailure(run: Promise<string>): Promise<string> {
  return run.then(
    (stdout) => `it did not fail: ${stdout}`,
    (error: { stderr?: string }) => error.stderr ?? '',
  )
}

/** @throws Error that names the program, and what its absence means */
export async function requireProgram(command: string, args: readonly string[], name: string): Promise<void> {
  await promisify(execFile)(command, [...args]).catch(() => {
    throw new Error(`This suite needs ${name}: \`${[command, ...args].join(' ')}\` does not run here`)
  })
}
