import { basename } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They go on for minutes, and leave most of the machine to others: begun first, they take nobody's time. */
const LONG = ['fuzz.test.ts', 'soak.test.ts']

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (LONG.includes(basename(moduleId)) ? 0 : 1)
    return files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

/** Suites that need more than Node: each says what it lacks and fails, none is skipped. Two at a time. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    maxConcurrency: 10, // what is concurrent within a file waits for sessions to end, most of its time
    sequence: { sequencer: LongFirst },
    // LiveKit Agents tells of a failed synthesis by an event, and by a promise that nobody can get at: its job processes
    // listen for such rejections
    onUnhandledError: ({ stack }) => !stack?.includes('ChunkedStream.run'),
  },
})
