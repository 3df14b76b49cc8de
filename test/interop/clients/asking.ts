import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sandbox } from '@rolecall/sandbox'
import { startProgram, waitFor } from '../../program.ts'
import type { Cloud, Environment } from '../cloud/cloud-test.ts'
import { SESSIONS_TO_SEE, type Sight } from './sight.ts'

/** A question a second: enough for ten half sessions. */
const MOST_QUESTIONS = 60

/**
 * Lets a client that asks STS who it is, once for each line it reads, ask until it has used three sessions or has failed
 * twice in a row: a request may be on its way when its session ends. One whose credentials are fixed is asked once.
 */
export async function watchAsking(
  cloud: Cloud,
  command: readonly string[],
  env: Environment,
  { isFixed }: { isFixed: boolean },
): Promise<Sight> {
  const { sandbox } = cloud
  const child = startProgram(command, { ...cloud.env, ...env, AWS_ENDPOINT_URL_STS: sandbox.url })
  const answers = createInterface(child.stdout)
  const ended = waitFor(child)
  const used = new Set<string>()
  let said = ''
  for (let asked = 0, failed = 0; asked < MOST_QUESTIONS && used.size < SESSIONS_TO_SEE; asked += 1) {
    await waitForMiddleOfSecond(sandbox.now)
    child.stdin.write('\n')
    said = await Promise.race([once(answers, 'line').then(String), ended.then(({ stderr }) => stderr)])
    failed = said.startsWith('ok ') ? 0 : failed + 1
    if (failed === 2 || child.exitCode !== null) break
    if (failed === 0) used.add(findCaller(sandbox))
    if (isFixed) break
  }
  child.stdin.end()
  const { stderr } = await ended
  const cell = used.size === SESSIONS_TO_SEE ? 'refreshes' : used.size > 0 ? 'gets' : 'no'
  return { cell, said: said + stderr }
}

function findCaller({ calls }: Sandbox): string {
  return calls.findLast(({ operation }) => operation === 'GetCallerIdentity')?.accessKeyId ?? ''
}

/** Sessions end at whole seconds. */
async function waitForMiddleOfSecond(nowMs: number): Promise<void> {
  await sleep(1000 - ((nowMs + 500) % 1000))
}
