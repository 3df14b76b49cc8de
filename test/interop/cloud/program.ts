import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export function runProgram(command: readonly string[], env: Record<string, string>, cwd?: string): Promise<Ended> {
  const child = startProgram(command, env, cwd)
  child.stdin.end()
  return waitFor(child)
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

export function waitFor(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = ''
  let stderr = ''
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
