/** Many jobs of one build begin at once, and a fifth of the calls to identity providers fails. */
import { createCredentials, fromCi, nodeHost } from '@rolecall/credentials'
import { startSandbox } from '@rolecall/sandbox'
import { expect, test } from 'vitest'
import { startFlakyFront } from './flaky-front.ts'

test('twelve jobs at once, with 20 % of the calls failing: all get their session', async () => {
  const sandbox = await startSandbox()
  const front = await startFlakyFront(sandbox.url, { share: 0.2, seed: 7 })
  try {
    const job = async (): Promise<string> => {
      const variables = Object.entries(await sandbox.env('github-actions'))
      const env = Object.fromEntries(variables.map(([name, value]) => [name, value.replace(sandbox.url, front.url)]))
      const { source } = await createCredentials({ host: { ...nodeHost(), env }, sources: [fromCi()] })()
      return source
    }
    expect(await Promise.all(Array.from({ length: 12 }, job))).toEqual(Array.from({ length: 12 }, () => 'ci'))
    expect(front.counts.failed / front.counts.all).toBeGreaterThan(0.1)
  } finally {
    await front.stop()
    await sandbox.stop()
  }
})
