/** Writes the parts of the documentation that the sources know best; with --check it only says what is out of date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withFileList } from './generate/architecture.js'
import { describeErrors } from './generate/errors.js'
import { ROOT } from './generate/places.js'
import { describeProviders } from './generate/providers.js'
import { withFindings } from './generate/trust.js'

const PAGES = {
  'architecture.md': withFileList,
  'errors.md': describeErrors,
  'providers.md': describeProviders,
  'trust.md': withFindings,
}
const checks = process.argv.includes('--check')

const stale = Object.entries(PAGES).filter(([page, make]) => {
  const path = join(ROOT, 'docs', page)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const after = make(before)
  if (after !== before && !checks) writeFileSync(path, after)
  return after !== before
})

if (checks && stale.length > 0) {
  console.error(`out of date: ${stale.map(([page]) => `docs/${page}`).join(', ')}; run npm run docs`)
  process.exitCode = 1
}
