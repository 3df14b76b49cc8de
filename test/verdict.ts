/** Whether what came out of a story is what it tells. The same for the library and the command line. */
import type { Explanation } from '@rolecall/credentials'
import { expect } from 'vitest'
import type { Fill } from './home.ts'
import { CANARY, type ExpectedCredentials, type Story } from './story.ts'

export interface ShownCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
  readonly expiration: string | null
  readonly accountId: string | null
  readonly source: string
}

export interface ShownError {
  readonly code: string
  readonly source: string
  readonly message: string
  readonly remedy: string
  readonly location?: { readonly file: string; readonly line?: number | undefined } | undefined
  readonly attempts?: unknown
}

export type Explained = Omit<Explanation, 'source' | 'region'> & {
  readonly source?: string | undefined
  readonly region: { readonly name?: string | undefined; readonly chosenBy: string }
}

export function checkCredentials(actual: ShownCredentials, expected: ExpectedCredentials, nowMs: number): void {
  const { expiration } = expected
  if (expiration === null || typeof expiration === 'string') {
    expect(actual).toEqual(expected)
    return
  }
  expect(actual).toEqual({ ...expected, expiration: expect.any(String) })
  const [least, most] = expiration.secondsFromNow
  const seconds = (Date.parse(String(actual.expiration)) - nowMs) / 1000
  expect(seconds).toBeGreaterThanOrEqual(least)
  expect(seconds).toBeLessThanOrEqual(most)
}

export function checkError(actual: ShownError, { expected: { error } }: Story, fill: Fill): void {
  expect(error, `it should work, and fails: ${actual.message}`).toBeDefined()
  if (!error) return
  const location = error.location && { ...error.location, file: fill(error.location.file) }
  expect({ code: actual.code, source: actual.source, location: actual.location }, actual.message).toEqual({
    code: error.code,
    source: error.source,
    location,
  })
  for (const part of error.messageContains) expect(actual.message).toContain(fill(part))
  expect(actual.remedy).toMatch(/^\S.*\w.*\.$/)
  expect(actual.message).toContain(actual.remedy)
  expect(actual.message).not.toMatch(/undefined|\[object|NaN/)
  expect(Array.isArray(actual.attempts)).toBe(error.code === 'NO_CREDENTIALS')
}

/** An explanation tells of the same end as the credentials do. */
export function checkExplanation(actual: Explained, { expected, ...story }: Story, fill: Fill): void {
  const { credentials, error, explanation = {} } = expected
  const { attempts } = actual
  expect(actual.outcome).toBe(credentials ? 'found' : 'failed')
  expect(actual.source).toBe(credentials?.source)

  const failed = attempts.filter(({ outcome }) => outcome === 'failed')
  if (credentials) expect(failed).toEqual([])
  if (error && error.code !== 'NO_CREDENTIALS') {
    const location = error.location && { ...error.location, file: fill(error.location.file) }
    expect(failed).toMatchObject([{ code: error.code, ...(location ? { location } : {}) }])
    expect(failed[0]?.location).toEqual(location)
    expect(failed[0]?.remedy).toMatch(/^\S.*\w.*\.$/)
  }
  for (const { reason, durationMs } of attempts) {
    expect(reason).toMatch(/^\S.*\w/)
    expect(durationMs).toBeGreaterThanOrEqual(0)
  }
  for (const { text, remedy } of actual.warnings) expect([text, remedy].every((said) => /\w/.test(said))).toBe(true)

  const decisive = [...attempts].reverse().find(({ outcome }) => outcome === 'found' || outcome === 'failed')
  const shown = {
    profile: actual.profile,
    region: actual.region,
    attempts: attempts.map(({ source, outcome, code }) => `${source}: ${outcome}${code ? ` ${code}` : ''}`),
    steps: decisive?.steps ?? [],
    warnings: actual.warnings.map(({ code }) => code),
  }
  const told = { ...shown, ...explanation, ...(explanation.steps && { steps: explanation.steps.map(fill) }) }
  expect(shown, `explanation of ${story.name}`).toEqual(told)
}

export function checkNoSecret(...outputs: readonly string[]): void {
  for (const output of outputs) expect(output).not.toContain(CANARY)
}
