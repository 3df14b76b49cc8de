/** Sessions that are sealed on the disk, and where the key is. */
import { describe, expect, test } from 'vitest'
import type { Keychain } from '../../src/model/host.ts'
import { silence } from '../fake-host.ts'
import { machine, numberOf } from './store-world.ts'

const SECRET = Buffer.alloc(32, 7).toString('base64')
const KEY_FILE = '/home/user/.cache/rolecall/store-key'
type World = ReturnType<typeof machine>

function sealed(variables: Record<string, string>, keychain?: Keychain): World {
  const world = machine()
  Object.assign(world.host.env, variables)
  Object.assign(world.host, { keychain })
  return world
}

function inMemory(secrets = new Map<string, string>()): Keychain {
  return {
    read: async (name) => secrets.get(name),
    write: async (name, secret) => void secrets.set(name, secret),
  }
}

const contents = ({ host }: World): string =>
  Object.entries(host.files)
    .map(([path, data]) => `${path} ${data instanceof Uint8Array ? new TextDecoder().decode(data) : data}`)
    .join('\n')

describe('a sealed session', () => {
  test('is found again, and shows no secret to who reads the disk, the AWS CLI’s cache included', async () => {
    const world = sealed({ ROLECALL_STORE_KEY: 'keychain' }, inMemory())
    await world.startProcess()()
    expect(numberOf(await world.startProcess()())).toBe(1)
    expect(world.host.requests).toHaveLength(1)
    expect(world.entries()).toHaveLength(1)
    for (const secret of ['session-secret', 'session-token', 'ASIASESSION', 'role/deploy"'])
      expect(contents(world)).not.toContain(secret)
    expect(contents(world)).not.toContain('/.aws/cli/')
  })

  test('is none for who has another key, and replaced', async () => {
    const world = sealed({ ROLECALL_STORE_KEY: 'env', ROLECALL_STORE_SECRET: SECRET })
    await world.startProcess()()
    world.host.env['ROLECALL_STORE_SECRET'] = Buffer.alloc(32, 8).toString('base64')
    expect(numberOf(await world.startProcess()())).toBe(2)
    expect(numberOf(await world.startProcess()())).toBe(2)
  })

  test('is none under another name, with any bit turned, and in the open', async () => {
    const world = sealed({ ROLECALL_STORE_KEY: 'env', ROLECALL_STORE_SECRET: SECRET })
    await world.startProcess()()
    const [file = ''] = world.entries()
    const whole = Uint8Array.from(world.host.files[file] as Uint8Array)
    for (let bit = 0; bit < whole.length * 8; bit += 97) {
      const damaged = whole.slice()
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      world.host.files[file] = damaged
      const before = world.host.requests.length
      await world.startProcess()()
      expect(world.host.requests.length, `bit ${bit}`).toBe(before + 1)
    }
    const open = machine()
    await open.startProcess()()
    world.host.files[file] = open.host.files[open.entries()[0] ?? ''] as Uint8Array
    const before = world.host.requests.length
    await world.startProcess()()
    expect(world.host.requests.length).toBe(before + 1)
  })
})

describe('the key of the store', () => {
  test('is made once, and kept in the keychain', async () => {
    const secrets = new Map<string, string>()
    const world = sealed({ ROLECALL_STORE_KEY: 'keychain' }, inMemory(secrets))
    await Promise.all([world.startProcess()(), world.startProcess()()])
    expect([...secrets.keys()]).toEqual(['store-key'])
    expect(world.host.requests).toHaveLength(1)
    expect(Object.keys(world.host.files)).not.toContain(KEY_FILE)
  })

  test.each<[what: string, keychain: Keychain | undefined]>([
    ['there is none', undefined],
    ['is locked', { read: () => Promise.reject(new Error('locked')), write: silence }],
    ['asks a person, who does not answer', { read: silence, write: silence }],
  ])('is in a file where the keychain %s, 2 s later at the most, and one warning says so', async (_what, keychain) => {
    const world = sealed({ ROLECALL_STORE_KEY: 'keychain' }, keychain)
    expect(numberOf(await world.host.until(world.startProcess()()))).toBe(1)
    expect(world.host.elapsedMs).toBeLessThanOrEqual(2_000)
    expect(numberOf(await world.host.until(world.startProcess()()))).toBe(1)
    expect(Object.keys(world.host.files)).toContain(KEY_FILE)
    const warnings = world.events.filter((event) => event.type === 'warning')
    expect(warnings).toEqual([expect.objectContaining({ code: 'STORE_KEY_IN_FILE' })])
  })

  test('is the one of the variable where there is no keychain and one is given', async () => {
    const world = sealed({ ROLECALL_STORE_KEY: 'keychain', ROLECALL_STORE_SECRET: SECRET })
    await world.startProcess()()
    expect(Object.keys(world.host.files)).not.toContain(KEY_FILE)
    expect(contents(world)).toContain('"sealed"')
  })

  test('comes by standard input', async () => {
    const world = sealed({ ROLECALL_STORE_KEY: 'stdin' })
    Object.assign(world.host, { readStdinLine: async () => SECRET })
    await world.startProcess()()
    expect(numberOf(await world.startProcess()())).toBe(1)
    expect(contents(world)).toContain('"sealed"')
  })

  test.each([
    [{ ROLECALL_STORE_KEY: 'env' }, 'ROLECALL_STORE_SECRET is not set'],
    [{ ROLECALL_STORE_KEY: 'env', ROLECALL_STORE_SECRET: 'canary-short' }, 'has no key of 32 bytes'],
    [{ ROLECALL_STORE_KEY: 'stdin' }, 'standard input has no key'],
    [{ ROLECALL_STORE_KEY: 'vault' }, 'ROLECALL_STORE_KEY is vault'],
  ])('that cannot be had (%j): nothing is written in the open, and a warning says why', async (variables, problem) => {
    const world = sealed(variables as Record<string, string>)
    expect(numberOf(await world.startProcess()())).toBe(1)
    expect(world.entries()).toEqual([])
    const [warning] = world.events.filter((event) => event.type === 'warning')
    expect(warning).toMatchObject({ code: 'STORE_NOT_USED', text: expect.stringContaining(problem) })
    expect(JSON.stringify(world.events)).not.toContain('canary')
  })
})
