import { defineConfig } from 'vitest/config'

/** What fills the machine with processes, and wants it for itself for a quarter of an hour. */
export default defineConfig({ test: { include: ['test/stress/*.test.ts'] } })
