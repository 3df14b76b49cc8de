/**
 * The shared config and credentials files, read by us, by botocore and by the AWS SDK for JavaScript: random files with
 * the quirks that people write, and random profiles. Every difference is explained by a decision, or the suite fails.
 *
 * ROLECALL_DIFFERENTIAL_PAIRS=500 compares fewer than 5000 pairs of files; ROLECALL_FUZZ_SEED=N repeats those of another run.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explain, type Verdict } from '../fuzz/ini/explain.ts'
import type { Files, Implementation } from '../fuzz/ini/files.ts'
import { generateFiles } from '../fuzz/ini/generate.ts'
import { explainIdentities, generatePlan, PROFILES, RULES, writePlan } from '../fuzz/ini/identities.ts'
import { type Botocore, createJavaScript, identifyOurs, startBotocore } from '../fuzz/ini/implementations.ts'
import { REWRITES } from '../fuzz/ini/rewrites.ts'
import { minimise } from '../fuzz/minimise.ts'
import { createRandom } from '../fuzz/random.ts'

const PAIRS = Number(process.env['ROLECALL_DIFFERENTIAL_PAIRS'] ?? 5_000)
const SEED = Number(process.env['ROLECALL_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const TIMEOUT_MS = 600_000

let botocore: Botocore
beforeAll(async () => {
  botocore = await startBotocore()
  console.log(`differential: botocore ${botocore.version}, seed ${SEED}`)
})
afterAll(() => botocore?.stop())

const javaScript = createJavaScript()
const others: readonly [string, () => Implementation][] = [
  ['botocore', () => botocore],
  ['the AWS SDK for JavaScript', () => javaScript],
]

describe.each(others)('we and %s', (_name, choose) => {
  test('read the same profiles, sessions and services, but for our decisions', { timeout: TIMEOUT_MS }, async () => {
    const other = choose()
    const random = createRandom(SEED)
    const counts = createCounts()
    for (let pair = 0; pair < PAIRS; pair++) {
      const files = generateFiles(random)
      const verdict = await explain(other, files)
      if ('problem' in verdict) expect.fail(await describeProblem(other, files, verdict))
      counts.add(verdict.by)
    }
    console.log(`${other.name}: ${PAIRS} pairs of files, ${counts.describe(REWRITES)}`)
    expect(counts.same, 'most plain files are read alike').toBeGreaterThan(PAIRS / 4)
    expect(counts.explained, 'the files have quirks').toBeGreaterThan(PAIRS / 10)
  })

  test('take each profile for the same caller, but for our decisions', { timeout: TIMEOUT_MS }, async () => {
    const other = choose()
    const random = createRandom(SEED)
    const counts = createCounts()
    let known = 0
    for (let pair = 0; pair < PAIRS / 5; pair++) {
      const plan = generatePlan(random)
      const ours = identifyOurs(writePlan(plan), PROFILES)
      known += ours.filter((identity) => identity !== undefined).length
      for (const [at, by] of (await explainIdentities(other, plan)).entries()) {
        const { config, credentials } = writePlan(plan)
        const problem = `profile ${PROFILES[at]} is ${ours[at]} to us, and not to ${other.name}\n${config}---\n${credentials}`
        if (!by) expect.fail(`${problem}\nROLECALL_FUZZ_SEED=${SEED}`)
        counts.add(by)
      }
    }
    console.log(`${other.name}: ${PAIRS / 5} sets of profiles, ${known} callers, ${counts.describe(RULES)}`)
    expect(known).toBeGreaterThan(PAIRS / 5)
    expect(counts.same).toBeGreaterThan(PAIRS / 5)
  })
})

interface Counts {
  same: number
  explained: number
  add(by: readonly string[]): void
  describe(rules: readonly { readonly name: string; readonly why: string }[]): string
}

function createCounts(): Counts {
  const byName = new Map<string, number>()
  return {
    same: 0,
    explained: 0,
    add(by) {
      if (by.length === 0) this.same++
      else this.explained++
      for (const name of by) byName.set(name, (byName.get(name) ?? 0) + 1)
    },
    describe(rules) {
      const lines = rules.flatMap(({ name, why }) => {
        const count = byName.get(name)
        return count === undefined ? [] : [`\n  ${String(count).padStart(6)} ${name}: ${why}`]
      })
      return `${this.same} alike, ${this.explained} explained:${lines.join('')}`
    },
  }
}

/** With the smallest pair of files that shows it, as JSON. */
async function describeProblem(other: Implementation, files: Files, found: Extract<Verdict, { problem: string }>) {
  let smallest = { files, problem: found.problem }
  const encode = ({ config, credentials }: Files): Uint8Array => new TextEncoder().encode(`${config}\0${credentials}`)
  await minimise(encode(files), async (candidate) => {
    const [config, credentials, ...more] = new TextDecoder().decode(candidate).split('\0')
    if (config === undefined || credentials === undefined || more.length > 0) return false
    const verdict = await explain(other, { config, credentials })
    if (!('problem' in verdict)) return false
    smallest = { files: { config, credentials }, problem: verdict.problem }
    return true
  })
  return `no decision explains it: ${smallest.problem}\n${JSON.stringify(smallest.files)}\nROLECALL_FUZZ_SEED=${SEED}`
}
