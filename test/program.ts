/** A program of any kind, in a process of its own. */
import { type ChildProcessByStdio, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export function runProgram(
  [command = '', ...args]: readonly string[],
  env: Record<string, string>,
  cwd?: string,
): Promise<Ended> {
  return waitFor(spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] }))
}

export function startProgram(
  [command = '', ...args]: readonly string[],
  env: Record<string, string>,
  cwd?: string,
): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { env, cwd })
  child.stdin.on('error', () => {}) // it may end before it is asked
  return child
}

export function waitFor(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, stdout, stderr }))
  })
}
