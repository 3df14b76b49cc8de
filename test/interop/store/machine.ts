/** One machine: a home folder with a role in a profile, an STS that numbers its sessions, and processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const PACKAGES = join(import.meta.dirname, '../../../packages')
export const ROLECALL = join(PACKAGES, 'cli/dist/rolecall.cjs')
export const LIBRARY = join(PACKAGES, 'credentials/dist/index.js')

const CONFIG = `[profile base]
aws_access_key_id = AKIABASEBASEBASE0001
aws_secret_access_key = base-secret
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = base
region = us-east-1
`

export interface Machine {
  readonly env: Readonly<Record<string, string>>
  /** Where the entries of a round are. */
  readonly sessions: string
  /** When STS was asked, in milliseconds as `performance.now()` counts them. */
  readonly callsMs: number[]
  /** STS answers so long after it was asked. */
  delayMs: number
  lifeMs: number
  /** Forgets all sessions and calls. */
  reset(): void
  start(command: string, args: readonly string[]): Started
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }>
}

/** A home folder with this in its config file, gone after the test. */
export function makeHome(config: string): string {
  const home = mkdtempSync(join(tmpdir(), 'rolecall-machine-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  mkdirSync(join(home, '.aws'))
  writeFileSync(join(home, '.aws/config'), config)
  return home
}

export async function startMachine(): Promise<Machine> {
  const home = makeHome(CONFIG)
  const store = join(home, 'store')
  const server = createServer((request, response) => {
    machine.callsMs.push(performance.now())
    const key = `ASIASESSION${String(machine.callsMs.length).padStart(9, '0')}`
    const end = new Date(Date.now() + machine.lifeMs).toISOString()
    request.resume()
    setTimeout(() => {
      response.end(`<A><B><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>secret-of-${key}</SecretAccessKey>
        <SessionToken>token-of-${key}</SessionToken><Expiration>${end}</Expiration></Credentials></B></A>`)
    }, machine.delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_PROFILE: 'deploy',
    ROLECALL_STORE_DIR: store,
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
  const machine: Machine = {
    env,
    sessions: join(store, 'sessions'),
    callsMs: [],
    delayMs: 0,
    lifeMs: 3_600_000,
    reset() {
      rmSync(store, { recursive: true, force: true })
      rmSync(join(home, '.aws/cli'), { recursive: true, force: true })
      machine.callsMs.length = 0
    },
    start: (command, args) => start(command, args, env),
  }
  return machine
}

export function start(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Started {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout, stderr }))),
  }
}

export const filesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
