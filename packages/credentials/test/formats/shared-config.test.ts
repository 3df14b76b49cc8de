import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIni } from '../../src/formats/ini.ts'
import { mergeSharedConfig } from '../../src/formats/shared-config.ts'
import type { SharedConfig } from '../../src/model/shared-config.ts'

const merge = (config: string, credentials = ''): SharedConfig =>
  mergeSharedConfig(
    { path: '/config', sections: parseIni(config, '/config') },
    { path: '/credentials', sections: parseIni(credentials, '/credentials') },
  )

describe('which sections count', () => {
  test.each<[rule: string, config: string, credentials: string, profiles: Record<string, Record<string, string>>]>([
    [
      '[default] and [profile x] of the config file',
      '[default]\na=1\n[profile x]\nb=2',
      '',
      { default: { a: '1' }, x: { b: '2' } },
    ],
    ['[x] without its prefix is none', '[x]\na=1\n[profilex]\n[default2]', '', {}],
    ['the credentials file has no prefixes', '', '[default]\na=1\n[x]\nb=2', { default: { a: '1' }, x: { b: '2' } }],
    ['nor takes any', '', '[profile x]\na=1\n[sso-session y]\n[services z]', {}],
    [
      'names may be odd',
      '[profile some-thing:long/the_one%only.foo@bar+]',
      '[a/b]',
      { 'some-thing:long/the_one%only.foo@bar+': {}, 'a/b': {} },
    ],
    ['but no text at all', '[profile foo!bar]\na=1\n[profile in valid]\n[profile ü]', '[in valid 2]\n[é]', {}],
    ['names are case sensitive', '[profile Dev]\na=1\n[profile dev]\na=2', '', { Dev: { a: '1' }, dev: { a: '2' } }],
    ['any white space parts prefix and name', '[profile\tx]\n[profile \t y]', '', { x: {}, y: {} }],
    ['a prefix alone is nothing', '[profile]\n[profile ]\n[sso-session]\n[services]', '', {}],
    [
      '[profile default] wins over [default], also before it',
      '[profile default]\na=1\n[default]\na=2\nb=2',
      '',
      { default: { a: '1' } },
    ],
    ['and after it', '[default]\na=2\nb=2\n[profile default]\na=1', '', { default: { a: '1' } }],
    [
      'but not over that of the credentials file',
      '[profile default]\na=1\nc=1',
      '[default]\na=2',
      { default: { a: '2', c: '1' } },
    ],
    [
      'an sso-session named default takes nothing away',
      '[default]\na=1\n[sso-session default]\nb=2',
      '',
      { default: { a: '1' } },
    ],
    [
      'a section that stands twice is one, its last setting counts',
      '[profile x]\na=1\nb=1\n[profile x]\nA=2',
      '',
      { x: { a: '2', b: '1' } },
    ],
    [
      'both files merge, the credentials file wins',
      '[profile x]\na=1\nb=1',
      '[x]\na=2\nc=2',
      { x: { a: '2', b: '1', c: '2' } },
    ],
  ])('%s', (_rule, config, credentials, profiles) => {
    expect(plain(merge(config, credentials).profiles)).toEqual(profiles)
  })

  test('sso-session and services are kinds of their own; a wrong word is none', () => {
    const text =
      '[sso-session s]\na=1\n[services v]\nsts =\n  endpoint_url = u\n[sso-sesion x]\n[sso-sessionx]\n[service y]'
    const { ssoSessions, services, profiles } = merge(text, '[s]\na=2')
    expect(plain(ssoSessions)).toEqual({ s: { a: '1' } })
    expect(plain(services)).toEqual({ v: { sts: '\nendpoint_url = u' } })
    expect(plain(profiles)).toEqual({ s: { a: '2' } })
  })
})

test('every setting of a profile says where it stands', () => {
  const { origins } = merge('[profile x]\na = 1\nb = 1\n[profile x]\nb = 2', '# c\n[x]\na = 3\n[y]\nd = 4')
  expect(plain(origins)).toEqual({
    x: {
      a: { file: 'credentials', path: '/credentials', line: 3 },
      b: { file: 'config', path: '/config', line: 5 },
    },
    y: { d: { file: 'credentials', path: '/credentials', line: 5 } },
  })
})

describe('no name can reach a prototype', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__', 'prototype', 'valueOf']
  const snapshot = (): unknown[] =>
    [Object, Array, Function, Object.prototype, Array.prototype, Function.prototype].map((one) =>
      Object.entries(Object.getOwnPropertyDescriptors(one)).map(([key, { value }]) => [key, typeof value, value]),
    )

  test.each(NAMES)('%s is an ordinary name of a section and of a key', (name) => {
    const before = snapshot()
    const text = `[profile ${name}]\n${name} = 1\n${name.toLowerCase()}.x = 2\nplain = 3\n[sso-session ${name}]\n${name} = 1\n[services ${name}]\n${name} =\n  ${name} = 1`
    const config = merge(`${text}\n[profile rest]\na = 1`, `[${name}]\n${name} = 4`)
    expect(snapshot()).toEqual(before)
    expect(({} as Record<string, unknown>)['plain']).toBeUndefined()

    const key = name.toLowerCase()
    expect(config.profiles[name]?.[key]).toBe('4')
    expect(config.profiles[name]?.['plain']).toBe('3')
    expect(config.ssoSessions[name]?.[key]).toBe('1')
    expect(config.services[name]?.[key]).toBe(`\n${name} = 1`)
    expect(config.origins[name]?.[key]?.file).toBe('credentials')
    expect(config.profiles['rest']?.['a']).toBe('1')
    for (const one of recordsOf(config)) expect(Object.getPrototypeOf(one)).toBeNull()
  })

  test('whatever the files hold, every record has no prototype and Object stays as it is', () => {
    const before = snapshot()
    const name = fc.oneof(fc.constantFrom(...NAMES, 'default', 'x'), fc.stringMatching(/^[\w.]{1,8}$/))
    const section = fc.tuple(
      fc.constantFrom('profile ', 'sso-session ', 'services ', ''),
      name,
      fc.array(name, { maxLength: 3 }),
    )
    const text = fc
      .array(section, { maxLength: 5 })
      .map((all) =>
        all.map(([kind, name, keys]) => `[${kind}${name}]\n${keys.map((key) => `${key} = v\n`).join('')}`).join(''),
      )
    fc.assert(
      fc.property(text, text, (config, credentials) => {
        for (const one of recordsOf(merge(config, credentials))) expect(Object.getPrototypeOf(one)).toBeNull()
      }),
      { numRuns: 300 },
    )
    expect(snapshot()).toEqual(before)
  })
})

test('a file after another reads as both merged', () => {
  const settings = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')), { maxLength: 3 })
  const text = fc.array(fc.tuple(fc.constantFrom('profile x', 'profile y', 'services s'), settings), { maxLength: 4 })
  const write = (all: [string, [string, string][]][]): string =>
    all.map(([name, some]) => `[${name}]\n${some.map(([key, value]) => `${key} = ${value}\n`).join('')}`).join('')
  fc.assert(
    fc.property(text, text, (a, b) => {
      const both = merge(`${write(a)}\n${write(b)}`)
      const [first, second] = [merge(write(a)), merge(write(b))]
      for (const kind of ['profiles', 'services'] as const) {
        const expected = plain(first[kind])
        for (const [name, more] of Object.entries(plain(second[kind]))) expected[name] = { ...expected[name], ...more }
        expect(plain(both[kind])).toEqual(expected)
      }
    }),
  )
})

function plain<T>(records: Readonly<Record<string, Readonly<Record<string, T>>>>): Record<string, Record<string, T>> {
  return Object.fromEntries(Object.entries(records).map(([name, record]) => [name, { ...record }]))
}

function recordsOf({ profiles, ssoSessions, services, origins }: SharedConfig): object[] {
  return [profiles, ssoSessions, services, origins].flatMap((records) => [records, ...Object.values(records)])
}
