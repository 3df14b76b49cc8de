import { defineConfig } from 'vitest/config'

/** Suites that need more than Node: each says what it lacks and fails, none is skipped. One after the other. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxConcurrency: 10, // what is concurrent within a file waits for sessions to end, most of its time
    // LiveKit Agents tells of a failed synthesis by an event, and by a promise that nobody can get at: its job processes
    // listen for such rejections
    onUnhandledError: ({ stack }) => !stack?.includes('ChunkedStream.run'),
  },
})
