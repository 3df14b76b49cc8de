import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { test as base } from 'vitest'

/** A test with a sandbox of its own. */
export const test = base.extend<{ sandbox: Sandbox }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads a fixture's needs from the pattern.
  sandbox: async ({}, use) => {
    const sandbox = await startSandbox()
    await use(sandbox)
    await sandbox.stop()
  },
})

export const HOUR_MS = 3_600_000
export const DEMO_ROLE = 'arn:aws:iam::123456789012:role/demo'
