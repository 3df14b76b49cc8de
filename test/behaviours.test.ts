/**
 * Behaviours that the AWS SDKs assert of themselves: each holds here and names its tests, or is left out for a reason.
 * What a name says is not checked, that it is there is: a test that is renamed or removed shows here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Behaviour {
  readonly row: number
  readonly behaviour: string
  /** `test/cases/<story>`, or `<file> > <title>`: of a test, a group of tests, or one row of its table, as it is written. */
  readonly tests?: readonly string[]
  /** Why it does not hold here, or not yet. Its tests then show what happens in its place. */
  readonly leftOut?: string
  /** The decision that it follows, where the SDKs differ. */
  readonly decision?: string
}

const ROWS = 260
const ROOT = join(import.meta.dirname, '..')
const FIELDS = ['row', 'behaviour', 'tests', 'leftOut', 'decision']

const behaviours: readonly Behaviour[] = JSON.parse(readFileSync(join(import.meta.dirname, 'behaviours.json'), 'utf8'))
const files = new Map<string, string | undefined>()

test('every row is there once, in order', () => {
  expect(behaviours.map(({ row }) => row)).toEqual(Array.from({ length: ROWS }, (_, at) => at + 1))
})

test('every row says what it is about, and has tests or a reason', () => {
  const bad = behaviours.filter((entry) => {
    const { behaviour, tests, leftOut, decision = 'D1' } = entry
    const isSaid = /^\S.{9,}[^.\s]$/.test(behaviour) && (leftOut === undefined || /^\S.{9,}[^.\s]$/.test(leftOut))
    const isKnown = Object.keys(entry).every((name) => FIELDS.includes(name)) && /^D\d+$/.test(decision)
    return !isSaid || !isKnown || tests?.length === 0 || (tests ?? leftOut) === undefined
  })
  expect(bad).toEqual([])
  expect(new Set(behaviours.map(({ behaviour }) => behaviour)).size).toBe(ROWS)
})

test('every test that is named is there', () => {
  const named = behaviours.flatMap(({ row, tests = [] }) =>
    tests.map((name) => ({ row, name, problem: problemOf(name) })),
  )
  expect(named.filter(({ problem }) => problem !== undefined)).toEqual([])
  expect(named.length).toBeGreaterThan(400)
  expect(files.size).toBeGreaterThan(30)
})

test('few rows are left out', () => {
  expect(behaviours.filter(({ leftOut }) => leftOut === undefined).length).toBeGreaterThan(240)
})

test.each([
  ['test/cases/a-story-that-nobody-tells', 'no such story'],
  ['test/cases/README.md', 'no such story'],
  ['test/nowhere.test.ts > a title', 'no such file'],
  ['test/stories.test.ts > a title that is nowhere', 'no such title'],
  ['test/stories.test.ts > there are', 'no such title'],
  ['test/stories.test.ts > %s', 'no title'],
  ['test/stories.test.ts', 'no title'],
  ['test/stories.test.ts > there are stories', undefined],
])('the gate sees of %s: %s', (name, problem) => {
  expect(problemOf(name)).toBe(problem)
})

function problemOf(name: string): string | undefined {
  const story = /^test\/cases\/([a-z0-9-]+)$/.exec(name)
  if (story || name.startsWith('test/cases/'))
    return story && existsSync(join(ROOT, name, 'expect.json')) ? undefined : 'no such story'
  const [, file = name, title = ''] = /^(.+?\.test\.ts) > (.+)$/s.exec(name) ?? []
  const text = read(file)
  if (text === undefined) return 'no such file'
  if (!/\w/.test(title.replace(/%[a-z]/g, ''))) return 'no title'
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`)) ? undefined : 'no such title'
}

/** Without tests that are switched off. */
function read(file: string): string | undefined {
  if (!files.has(file)) {
    const path = join(ROOT, file)
    const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined
    files.set(file, text?.replace(/\b(?:test|it|describe)\.(?:skip|todo|fails)\b.*/g, ''))
  }
  return files.get(file)
}
