/** What is served from a CI's tokens: sandbox and server share a clock that is set ahead. */
import { type Place, type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { serveProfile } from '../src/serve/served-profile.ts'
import { createHome } from './world.ts'

const MINUTE_MS = 60_000

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ longestSessionSeconds: 3600 })
})
afterAll(() => sandbox.stop())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

/** From the 50th minute of an hour's session, when the first token is long over. */
async function renew(place: Place) {
  const env = { ...(await sandbox.env(place)), HOME: createHome(), ROLECALL_STORE: 'memory' }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  vi.useFakeTimers({ toFake: ['Date'] })
  const told: string[] = []
  const listener = { onRenewed: () => void told.push('renewed'), onFailed: () => void told.push('failed') }
  const values = { json: true, debug: false, 'no-color': true, 'role-arn': [], 'allow-account': [] }
  const { kept } = serveProfile(undefined, values as never, { forInstances: false, listener })
  try {
    const { accessKeyId } = (await kept.get()).credentials
    const before = sandbox.calls.length
    vi.setSystemTime(Date.now() + 50 * MINUTE_MS)
    const session = await kept.get(20 * MINUTE_MS)
    const asked = sandbox.calls.slice(before).filter(({ service }) => service === 'sts')
    return { told, isSame: session.credentials.accessKeyId === accessKeyId, asked: asked.length }
  } finally {
    kept.stop()
  }
}

test.each<[does: string, place: Place, expected: object]>([
  ['has one token keeps its session to the end', 'bitbucket', { told: ['renewed'], isSame: true, asked: 0 }],
  ['can have more gets one for each', 'github-actions', { told: ['renewed', 'renewed'], isSame: false, asked: 1 }],
])('a job that %s', async (_does, place, expected) => {
  expect(await renew(place)).toEqual(expected)
})
