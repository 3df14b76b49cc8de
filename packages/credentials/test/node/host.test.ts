import { describe, expect, test } from 'vitest'
import { nodeHost } from '../../src/node.ts'
import { failureOf } from '../fake-host.ts'

const never = new AbortController().signal

test('the world of this process', () => {
  const host = nodeHost()
  expect(host.platform).toBe(process.platform)
  expect(host.homeDir).toMatch(/^\//)
  expect(Math.abs(host.now() - Date.now())).toBeLessThan(1_000)
  expect(host.random()).toBeGreaterThanOrEqual(0)
  expect(host.random()).toBeLessThan(1)
  expect(host.randomUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(host.randomUuid()).not.toBe(host.randomUuid())
})

test('its variables are those of now', () => {
  const { env } = nodeHost()
  process.env['ROLECALL_TEST_ENV'] = 'x'
  expect(env['ROLECALL_TEST_ENV']).toBe('x')
  delete process.env['ROLECALL_TEST_ENV']
  expect(env['ROLECALL_TEST_ENV']).toBeUndefined()
})

test('it can be spread, and its parts replaced', async () => {
  const host = { ...nodeHost(), now: () => 1 }
  expect(host.now()).toBe(1)
  await host.sleep(1, never)
})

describe('sleep', () => {
  test('takes its time', async () => {
    const startedMs = performance.now()
    await nodeHost().sleep(30, never)
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(28)
  })

  test('ends with an abort, whose reason comes out', async () => {
    const caller = new AbortController()
    const reason = new Error('enough')
    const outcome = failureOf(nodeHost().sleep(60_000, caller.signal))
    caller.abort(reason)
    expect(await outcome).toBe(reason)
    await expect(nodeHost().sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test.each([2 ** 31, 1e12, Number.POSITIVE_INFINITY])('of %d ms is long, not over at once', async (milliseconds) => {
    const caller = new AbortController()
    let over = false
    nodeHost()
      .sleep(milliseconds, caller.signal)
      .then(
        () => (over = true),
        () => {},
      )
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(over).toBe(false)
    caller.abort()
  })
})
