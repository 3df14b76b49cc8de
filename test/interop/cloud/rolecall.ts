import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Cloud, Environment } from './cloud-test.ts'

const BIN = join(import.meta.dirname, '../../../packages/cli/dist/rolecall.cjs')

/** The command line as it is installed: what runs it, and its arguments. */
export function rolecall(...args: readonly string[]): readonly string[] {
  return [process.execPath, BIN, ...args]
}

/**
 * Runs work while `rolecall serve` serves.
 *
 * @param work gets the variables that the server says to set.
 * @throws Error when the server does not start
 */
export async function whileServing<T>(
  cloud: Cloud,
  args: readonly string[],
  env: Environment,
  work: (served: Environment) => Promise<T>,
): Promise<T> {
  const [command = '', ...words] = rolecall('serve', '--json', ...args)
  const server = spawn(command, words, { env: { ...cloud.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let told = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text
  })
  const ended = new Promise<number | null>((resolve) => server.once('close', resolve))
  const failed = ended.then((status) => Promise.reject(new Error(`rolecall serve ended with ${status}: ${told}`)))
  failed.catch(() => {})
  const line = await Promise.race([once(createInterface(server.stdout), 'line'), failed])
  try {
    return await work(JSON.parse(line[0]).env)
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}
