import { describe, expect, test } from 'vitest'
import { DeadlinePassed, withDeadline } from '../../src/clients/deadline.ts'
import { isPassing, withRetries } from '../../src/clients/retry.ts'
import { CredentialsError, type CredentialsErrorCode } from '../../src/errors.ts'
import { failureOf, fakeHost, silence } from '../fake-host.ts'

const never = new AbortController().signal
const failing = (code: CredentialsErrorCode) => new CredentialsError('x', { code, source: 'test', remedy: 'y' })

describe('retries', () => {
  test.each([
    ['none', 0, 0],
    ['half', 0.5, 50 + 100 + 200],
    ['nearly all', 0.999, Math.round(0.999 * 700)],
  ])('three more, a random part of 100, 200 and 400 ms apart: %s of it', async (_name, random, expectedMs) => {
    const host = fakeHost({ random })
    let calls = 0
    const attempt = async () => {
      calls += 1
      throw failing('SOURCE_UNREACHABLE')
    }
    await host.until(failureOf(withRetries(host, never, attempt)))
    expect(calls).toBe(4)
    expect(Math.round(host.elapsedMs)).toBe(expectedMs)
  })

  test.each<[CredentialsErrorCode, number]>([
    ['TIMEOUT', 4],
    ['SOURCE_UNREACHABLE', 4],
    ['RESPONSE_INVALID', 4],
    ['SOURCE_REFUSED', 1],
    ['EXPIRED', 1],
    ['CONFIG_INVALID', 1],
    ['FILE_MISSING', 1],
    ['MFA_REQUIRED', 1],
  ])('after %s there are %i attempts in all', async (code, attempts) => {
    const host = fakeHost()
    let calls = 0
    const failure = host.until(
      failureOf(
        withRetries(host, never, async () => {
          calls += 1
          throw failing(code)
        }),
      ),
    )
    expect(await failure).toMatchObject({ code })
    expect(calls).toBe(attempts)
  })

  test('an error that nobody foresaw is not tried again', async () => {
    let calls = 0
    const attempt = async () => {
      calls += 1
      throw new TypeError('bug')
    }
    expect(await failureOf(withRetries(fakeHost(), never, attempt))).toBeInstanceOf(TypeError)
    expect(calls).toBe(1)
  })

  test('a success ends them', async () => {
    const host = fakeHost()
    let calls = 0
    const attempt = async () => {
      calls += 1
      if (calls < 3) throw failing('TIMEOUT')
      return calls
    }
    expect(await host.until(withRetries(host, never, attempt))).toBe(3)
  })

  test('nobody retries for a caller who has gone', async () => {
    const host = fakeHost()
    const caller = new AbortController()
    const outcome = failureOf(withRetries(host, caller.signal, () => Promise.reject(failing('TIMEOUT'))))
    caller.abort(new Error('gone'))
    expect((await outcome).message).toBe('gone')
  })
})

test.each([
  [200, false],
  [301, false],
  [400, false],
  [401, false],
  [403, false],
  [404, false],
  [408, true],
  [409, false],
  [429, true],
  [499, false],
  [500, true],
  [503, true],
  [599, true],
])('status %i may pass: %s', (status, passing) => {
  expect(isPassing(status)).toBe(passing)
})

describe('a deadline', () => {
  test('rejects when it is over, aborts the work, and not a moment sooner', async () => {
    const host = fakeHost()
    let signal: AbortSignal | undefined
    const outcome = failureOf(
      withDeadline(host, 500, never, (given) => {
        signal = given
        return silence()
      }),
    )
    await host.pass(499)
    expect(signal?.aborted).toBe(false)
    await host.pass(1)
    expect(await outcome).toBeInstanceOf(DeadlinePassed)
    expect(signal?.aborted).toBe(true)
  })

  test('gives a caller who gave up the reason, whatever a host’s own sleep rejects with', async () => {
    const caller = new AbortController()
    const reason = new Error('gone')
    const sleep = (_: number, signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('asleep no more'))))
    const outcome = failureOf(withDeadline({ ...fakeHost(), sleep }, 500, caller.signal, silence))
    caller.abort(reason)
    expect(await outcome).toBe(reason)
  })

  test('is forgotten when the work is done, or fails', async () => {
    const host = fakeHost()
    expect(await withDeadline(host, 500, never, async () => 1)).toBe(1)
    await failureOf(withDeadline(host, 500, never, () => Promise.reject(new Error('x'))))
    expect(host.sleeping).toBe(0)
  })

  test('begins nothing for a caller who has gone', async () => {
    let begun = false
    const work = async () => {
      begun = true
    }
    await failureOf(withDeadline(fakeHost(), 500, AbortSignal.abort(new Error('gone')), work))
    expect(begun).toBe(false)
  })

  test('work that fails after it is nobody’s unhandled rejection', async () => {
    const host = fakeHost()
    const late = async (signal: AbortSignal) => {
      await host.sleep(1_000, never)
      signal.throwIfAborted()
    }
    const outcome = failureOf(withDeadline(host, 500, never, late))
    await host.pass(2_000)
    expect(await outcome).toBeInstanceOf(DeadlinePassed)
  })

  test('work that throws at once leaves nothing behind', async () => {
    const host = fakeHost()
    const broken = (): Promise<never> => {
      throw new Error('at once')
    }
    expect((await failureOf(withDeadline(host, 500, never, broken))).message).toBe('at once')
    expect(host.sleeping).toBe(0)
  })
})
