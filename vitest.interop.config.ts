import { defineConfig } from 'vitest/config'

/** Suites that need more than Node: each says what it lacks and fails, none is skipped. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
