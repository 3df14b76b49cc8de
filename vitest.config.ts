import { defineConfig } from 'vitest/config'

/** What needs only Node. Files share a worker's modules: most of them test the same ones. */
export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/*.test.ts'],
    testTimeout: 20_000,
    isolate: false,
    maxWorkers: 3,
  },
})
