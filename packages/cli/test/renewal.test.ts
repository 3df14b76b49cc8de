import { describe, expect, test } from 'vitest'
import { renewalAtMs, spanOf } from '../src/serve/renewal.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How much is left of a life when it is renewed. */
const leftOf = (lifeMs: number, forInstances = false): number =>
  lifeMs - renewalAtMs({ fromMs: 0, untilMs: lifeMs }, { forInstances })

describe('a session is renewed', () => {
  test.each([
    ['12 hours', 12 * HOUR, 3 * HOUR],
    ['an hour', HOUR, 15 * MINUTE],
    ['half an hour, or the rest of a longer life', 30 * MINUTE, 15 * MINUTE],
    ['15 minutes', 15 * MINUTE, 225 * SECOND],
    ['2 minutes', 2 * MINUTE, 30 * SECOND],
    ['15 seconds', 15 * SECOND, 7.5 * SECOND],
    ['a second', SECOND, 0.5 * SECOND],
  ])('of %s', (_name, lifeMs, leftMs) => {
    expect(leftOf(lifeMs)).toBe(leftMs)
  })

  test.each([
    ['12 hours', 12 * HOUR, 3 * HOUR],
    ['an hour', HOUR, 21 * MINUTE],
    ['half an hour', 30 * MINUTE, 21 * MINUTE],
    ['21 and a half minutes', 21.5 * MINUTE, 20.5 * MINUTE],
    ['20 minutes, which is never enough', 20 * MINUTE, 15 * MINUTE],
    ['15 minutes', 15 * MINUTE, 225 * SECOND],
  ])('where it is served as on an instance, of %s', (_name, lifeMs, leftMs) => {
    expect(leftOf(lifeMs, true)).toBe(leftMs)
  })

  test('never before a moment has passed', () => {
    expect(renewalAtMs({ fromMs: 0, untilMs: 10 }, { forInstances: false })).toBe(250)
    expect(renewalAtMs({ fromMs: 0, untilMs: -HOUR }, { forInstances: true })).toBe(250)
  })
})

test('keys without an end are asked for again within the hour', () => {
  expect(spanOf(undefined, 5)).toEqual({ fromMs: 5, untilMs: 5 + HOUR })
  expect(spanOf(new Date(7), 5)).toEqual({ fromMs: 5, untilMs: 7 })
})
