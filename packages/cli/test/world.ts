import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export const ROLECALL = join(import.meta.dirname, '../dist/rolecall.cjs')
export const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'canary-secret/+value' }
export const SESSION = { ...KEYS, AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE', AWS_SESSION_TOKEN: 'canary-token==' }

export interface World {
  env?: Record<string, string>
  /** Contents by path below the home folder. */
  files?: Record<string, string>
  /** A home folder that is there, instead of `files`. */
  home?: string
  stdin?: string
}

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A home folder of its own that is gone after the test. */
export function createHome(files: Record<string, string> = {}): string {
  const home = mkdtempSync(join(tmpdir(), 'rolecall-cli-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), content)
  }
  return home
}

/** The variables of a process that knows nothing of the machine it runs on but its programs. */
export function bareEnv(home: string, env: Record<string, string> = {}): Record<string, string> {
  const path = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)].join(delimiter)
  return { PATH: path, HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...env }
}

export function startRolecall(
  args: readonly string[],
  { env, files, home = createHome(files), stdin }: World = {},
): ChildProcess {
  const child = spawn(process.execPath, [ROLECALL, ...args], { env: bareEnv(home, env), cwd: home })
  child.stdin?.on('error', () => {}) // it may end before it has read anything
  child.stdin?.end(stdin ?? '')
  return child
}

/** The real command line in a process of its own. */
export function rolecall(args: readonly string[], world: World = {}): Promise<Ended> {
  return waitFor(startRolecall(args, world))
}

export function run(command: string, args: readonly string[], env: Record<string, string>, stdin = ''): Promise<Ended> {
  const child = spawn(command, args, { env })
  child.stdin.on('error', () => {}) // as above
  child.stdin.end(stdin)
  return waitFor(child)
}

/** What the screen shows, and what the person does then: types, or something with what is shown. */
export type Turn = readonly [shown: RegExp, does: string | ((shown: string) => unknown)]

/** The command line at a terminal of its own, with a person who takes these turns. */
export function atTerminal(
  args: readonly string[],
  turns: readonly Turn[],
  { env, files }: World = {},
): Promise<Ended> {
  const home = createHome(files)
  const quoted = [process.execPath, ROLECALL, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  const child = spawn('script', ['-qec', `exec ${quoted.join(' ')}`, '/dev/null'], {
    env: bareEnv(home, env),
    cwd: home,
  })
  const waiting = [...turns]
  let screen = ''
  child.stdout.on('data', (bytes: Buffer) => {
    screen += bytes
    const [turn] = waiting
    const found = turn?.[0].exec(screen)
    if (!turn || !found) return
    waiting.shift()
    screen = ''
    if (typeof turn[1] === 'string') child.stdin.write(turn[1])
    else turn[1](found[1] ?? found[0])
  })
  return waitFor(child)
}

export function waitFor(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, stdout, stderr }))
  })
}
