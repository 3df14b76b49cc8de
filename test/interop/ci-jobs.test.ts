/** Forty jobs of one build, each a process of its own, while a fifth of the calls to identity providers fails. */
import { expect } from 'vitest'
import { startFlakyFront } from '../flaky-front.ts'
import { ROLECALL } from '../home.ts'
import { test } from './sandbox-child.ts'

const JOBS = 40

test('forty jobs at once, with 20 % of the calls failing: all know who they are', async ({ sandbox, run }) => {
  const front = await startFlakyFront(sandbox.url, { share: 0.2, seed: 1 })
  try {
    const job = async (_: unknown, index: number): Promise<string> => {
      const variables = Object.entries(await sandbox.env('github-actions'))
      const env = Object.fromEntries(variables.map(([name, value]) => [name, value.replace(sandbox.url, front.url)]))
      const stdout = await run(process.execPath, [ROLECALL, 'whoami', '--json'], {
        ...env,
        GITHUB_RUN_ID: String(index),
      })
      return JSON.parse(stdout).arn
    }
    const arns = await Promise.all(Array.from({ length: JOBS }, job))
    expect(new Set(arns).size).toBe(JOBS)
    expect(front.counts.failed / front.counts.all).toBeGreaterThan(0.1)
  } finally {
    await front.stop()
  }
})
