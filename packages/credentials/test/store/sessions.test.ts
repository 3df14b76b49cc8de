/** What one process finds, renews or fails with, the others of its machine have too. */
import { describe, expect, test } from 'vitest'
import { failureOf } from '../fake-host.ts'
import { stsError } from '../sts-world.ts'
import { CONFIG, MIN, machine, numberOf, sessionOf } from './store-world.ts'

describe('a session in the shared store', () => {
  test('is found by the next process, which asks nobody', async () => {
    const { host, startProcess, events } = machine()
    const first = await startProcess()()
    const second = await startProcess()()
    expect({ ...second }).toEqual({ ...first })
    expect(host.requests).toHaveLength(1)
    expect(events.map(({ type }) => type)).toEqual(['found', 'found'])
  })

  test('is asked for once by processes that start together', async () => {
    const { host, startProcess } = machine()
    const keys = await Promise.all(Array.from({ length: 20 }, () => startProcess()()))
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBe(1)
    expect(host.requests).toHaveLength(1)
  })

  test('is not used without the option', async () => {
    const { host, startProcess } = machine()
    await startProcess()()
    await startProcess({ store: 'memory' })()
    expect(host.requests).toHaveLength(2)
  })

  test('is renewed by one in the advisory window; the others use the one at hand, and then the new one', async () => {
    let release = (): void => {}
    const { host, startProcess } = machine(async (host) => {
      if (host.requests.length === 1) return sessionOf(host)
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return sessionOf(host)
    })
    const [one, other] = [startProcess(), startProcess()]
    await host.until(Promise.all([one(), other()]))
    await host.pass(46 * MIN)
    const renewing = one()
    await host.pass(10)
    const meanwhile = other()
    await host.pass(100)
    expect(numberOf(await meanwhile)).toBe(1)
    release()
    expect(numberOf(await host.until(renewing))).toBe(2)
    expect(numberOf(await host.until(other()))).toBe(2)
    expect(host.requests).toHaveLength(2)
  })

  test('is asked for by nobody in a back-off, whoever had the failure, and served past its end', async () => {
    const { host, startProcess, events } = machine((host) =>
      host.requests.length > 1 ? stsError('ServiceUnavailable', 'no', 503) : sessionOf(host),
    )
    const [one, other] = [startProcess(), startProcess()]
    await host.until(Promise.all([one(), other()]))
    await host.pass(46 * MIN)
    expect(numberOf(await host.until(one()))).toBe(1)
    const asked = host.requests.length
    expect(numberOf(await host.until(other()))).toBe(1)
    expect(numberOf(await host.until(startProcess()()))).toBe(1)
    expect(host.requests).toHaveLength(asked)
    expect(events.filter(({ type }) => type === 'served-stale')).toHaveLength(1)
    await host.pass(20 * MIN)
    expect(numberOf(await host.until(other()))).toBe(1)
    expect(host.requests.length).toBeGreaterThan(asked)
  })

  test('that is refused is refused for all of them, for a moment', async () => {
    const { host, startProcess } = machine(() => stsError('AccessDenied'))
    const errors = await Promise.all([failureOf(startProcess()()), failureOf(startProcess()())])
    expect(errors.map(({ code }) => code)).toEqual(['SOURCE_REFUSED', 'SOURCE_REFUSED'])
    expect(errors[1]?.message).toBe(errors[0]?.message)
    expect(host.requests).toHaveLength(1)
    await host.pass(5_000)
    await failureOf(startProcess()())
    expect(host.requests).toHaveLength(2)
  })

  test('that nobody gives is not asked for by each who waited for it', async () => {
    const { host, startProcess } = machine(() => stsError('ServiceUnavailable', 'no', 503))
    const errors = await host.until(Promise.all(Array.from({ length: 5 }, () => failureOf(startProcess()()))))
    expect(errors.map(({ code }) => code)).toEqual(Array(5).fill('SOURCE_UNREACHABLE'))
    const asked = host.requests.length
    expect(asked, 'one attempt, and its retries').toBeLessThanOrEqual(4)
    await host.pass(1)
    await host.until(failureOf(startProcess()()))
    expect(host.requests.length, 'who comes later tries again').toBeGreaterThan(asked)
  })

  test('that a service refused is renewed once; who else was refused it finds the new one', async () => {
    const { host, startProcess } = machine()
    const [one, other] = [startProcess(), startProcess()]
    const { accessKeyId } = await one()
    await other()
    one.invalidate(accessKeyId)
    expect(numberOf(await one())).toBe(2)
    other.invalidate(accessKeyId)
    expect(numberOf(await other())).toBe(2)
    expect(host.requests).toHaveLength(2)
  })

  test('is renewed where a refresh is forced, and for who needs it for longer than it lasts', async () => {
    const { host, startProcess } = machine()
    const source = startProcess()
    await source()
    await host.pass(1)
    expect(numberOf(await source({ forceRefresh: true }))).toBe(2)
    expect(numberOf(await startProcess()({ minValidityMs: 90 * MIN }))).toBe(3)
  })

  test('of another caller is another session', async () => {
    const { host, startProcess } = machine()
    await startProcess()()
    host.files['/home/user/.aws/config'] = CONFIG.replace('AKIABASEBASEBASE0001', 'AKIABOBBOBBOBBOB0001')
    await startProcess()()
    expect(host.requests).toHaveLength(2)
  })

  test.each([
    { sessionName: 'me' },
    { externalId: 'x1' },
    { durationSeconds: 900 },
    { policy: '{}' },
    { policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
    { tags: { team: 'a' } },
    { transitiveTagKeys: ['team'] },
    { sourceIdentity: 'me' },
    { roleArn: 'arn:aws:iam::123456789012:role/other' },
  ])('asked for with %j is another session', async (difference) => {
    const { host, startProcess } = machine()
    const role = { roleArn: 'arn:aws:iam::123456789012:role/deploy' }
    await startProcess({ profile: 'base', role })()
    await startProcess({ profile: 'base', role })()
    expect(host.requests).toHaveLength(1)
    await startProcess({ profile: 'base', role: { ...role, ...difference } })()
    expect(host.requests).toHaveLength(2)
  })

  test('of a role on a role is kept under the one before, whose keys come and go', async () => {
    const { host, startProcess } = machine()
    const role = { roleArn: 'arn:aws:iam::123456789012:role/second' }
    await startProcess({ role })()
    expect(host.requests).toHaveLength(2)
    await host.pass(1)
    await startProcess()({ forceRefresh: true })
    expect(host.requests).toHaveLength(3)
    await startProcess({ role })()
    expect(host.requests).toHaveLength(3)
  })

  test('from what is now the future is none', async () => {
    const { host, startProcess } = machine()
    await startProcess()()
    host.jump(-20 * MIN)
    expect(numberOf(await startProcess()())).toBe(2)
    expect(numberOf(await startProcess()())).toBe(2)
    expect(host.requests).toHaveLength(2)
  })

  test.each<[what: string, damage: (text: string) => string]>([
    ['half of it', (text) => text.slice(0, text.length / 2)],
    ['another version', (text) => text.replace('"version":1', '"version":2')],
    ['nothing', () => ''],
    ['another key', (text) => text.replace('ASIASESSION000000001', 'ASIASESSION000000009')],
  ])('that is damaged (%s) is none, and the next replaces it', async (_what, damage) => {
    const { host, startProcess, entries } = machine()
    await startProcess()()
    const [file = ''] = entries()
    host.files[file] = damage(new TextDecoder().decode(host.files[file] as Uint8Array))
    for (const name of Object.keys(host.files)) if (name.includes('/cli/cache/')) delete host.files[name]
    expect(numberOf(await startProcess()())).toBe(2)
    expect(numberOf(await startProcess()())).toBe(2)
    expect(host.requests).toHaveLength(2)
  })

  test('that cannot be written is given all the same, with one warning', async () => {
    const { host, startProcess, events } = machine()
    host.writeFile = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOSPC' }))
    const source = startProcess()
    expect(numberOf(await source())).toBe(1)
    await source({ forceRefresh: true })
    const warnings = events.filter((event) => event.type === 'warning')
    expect(warnings).toEqual([expect.objectContaining({ code: 'STORE_NOT_USED' })])
  })

  test('has nowhere to be without a home folder: each process asks, with one warning', async () => {
    const { host, startProcess, events } = machine()
    Object.assign(host, { homeDir: undefined, env: { AWS_CONFIG_FILE: '/home/user/.aws/config' } })
    await startProcess()()
    await startProcess()()
    expect(host.requests).toHaveLength(2)
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(2)
  })

  test('is kept in a store of the program’s own, where it gives one', async () => {
    const kept = new Map<string, string>()
    const store = {
      read: async (name: string) => kept.get(name),
      write: async (name: string, entry: string) => void kept.set(name, entry),
      withLock: <T>(_name: string, work: () => Promise<T>) => work(),
    }
    const { host, startProcess } = machine()
    await startProcess({ store })()
    await startProcess({ store })()
    expect(host.requests).toHaveLength(1)
    expect(kept.size).toBe(1)
    expect(host.writes).toEqual([])
  })

  test('is explained from the store, and asked for by explain where there is none', async () => {
    const { host, startProcess } = machine()
    expect((await startProcess().explain()).outcome).toBe('found')
    expect((await startProcess().explain()).outcome).toBe('found')
    expect(host.requests).toHaveLength(1)
  })
})
