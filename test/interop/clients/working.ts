import type { Cloud, Environment } from '../cloud/cloud-test.ts'
import { SESSION_SECONDS, SESSIONS_TO_SEE, type Sight } from './sight.ts'

export interface Work {
  readonly command: readonly string[]
  readonly env?: Environment
  /** About how many requests to EC2 or S3 it makes, one after the other. */
  readonly requests: number
}

/**
 * Runs one long piece of work against an EC2 or S3 so slow that it outlives two sessions; one that could not live on is
 * done against a quick one.
 */
export async function watchWorking(
  cloud: Cloud,
  { command, env: own, requests }: Work,
  env: Environment,
  { isFixed }: { isFixed: boolean },
): Promise<Sight> {
  const { gateway } = cloud
  const before = gateway.calls.length
  gateway.delayMs = isFixed ? 0 : (SESSION_SECONDS * 2.5 * 1000) / requests
  const { status, stdout, stderr } = await cloud.run(command, { ...own, ...env })
  const calls = gateway.calls.slice(before)
  const used = new Set(calls.filter(({ outcome }) => outcome === 'ok').map(({ accessKeyId }) => accessKeyId))
  const isDone = status === 0 && used.size > 0
  const cell = isDone && used.size >= SESSIONS_TO_SEE ? 'refreshes' : used.size > 0 ? 'gets' : 'no'
  return {
    cell,
    said: `status ${status}, sessions ${used.size}, requests ${calls.length}: ${stderr.slice(-2000)}${stdout.slice(-500)}`,
  }
}
