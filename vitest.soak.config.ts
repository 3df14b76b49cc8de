import { defineConfig } from 'vitest/config'

/** What takes long and little else: it runs beside the other suites. SOAK_MINUTES says how long; 10 without. */
export default defineConfig({ test: { include: ['test/soak/*.test.ts'] } })
