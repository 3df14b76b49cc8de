/** Runs a line in the platform's shell, in a process group of its own, with bounds on its output. */
import type { Command, CommandResult } from '../model/host.ts'
import { endWithProcess } from './end-with-process.ts'
import { systemError } from './system-error.ts'

const MAX_OUTPUT_BYTES = 64 * 1024
/** How long a dead program's output may still arrive: a child of its own could hold the pipe for ever. */
const OUTPUT_GRACE_MS = 200

export async function run(
  { line, env = {}, maxOutputBytes = MAX_OUTPUT_BYTES }: Command,
  signal: AbortSignal,
): Promise<CommandResult> {
  signal.throwIfAborted()
  const { spawn } = process.getBuiltinModule('node:child_process')
  const isWindows = process.platform === 'win32'
  return new Promise((resolve, reject) => {
    const child = spawn(line, {
      shell: true,
      detached: !isWindows, // a group of its own, to be killed as one
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
    let sizeBytes = 0
    let exitCode: number | undefined

    const kill = (): void => {
      if (child.pid === undefined) return
      try {
        if (isWindows) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' })
        else process.kill(-child.pid, 'SIGKILL')
      } catch {
        // it has ended
      }
    }
    const hasEnded = endWithProcess(kill)
    const fail = (reason: unknown): void => {
      kill()
      settle()
      reject(reason)
    }
    const onAbort = (): void => fail(signal.reason)
    const settle = (): void => {
      hasEnded()
      signal.removeEventListener('abort', onAbort)
      clearTimeout(grace)
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const finish = (): void => {
      settle()
      const [stdout, stderr] = [Buffer.concat(output.stdout), Buffer.concat(output.stderr)]
      resolve({ exitCode: exitCode ?? 1, stdout: new Uint8Array(stdout), stderr: new Uint8Array(stderr) })
    }
    let grace: NodeJS.Timeout | undefined

    signal.addEventListener('abort', onAbort)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes > maxOutputBytes) fail(systemError('EFBIG'))
        else output[name].push(chunk)
      })
    }
    child.on('error', fail)
    child.on('exit', (code) => {
      exitCode = code ?? 1
      grace = setTimeout(finish, OUTPUT_GRACE_MS)
    })
    child.on('close', finish)
  })
}
