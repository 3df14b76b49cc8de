import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addToProfile } from '../../src/formats/config-edit.ts'
import { parseIni } from '../../src/formats/ini.ts'
import { mergeSharedConfig } from '../../src/formats/shared-config.ts'

const NEW = 'login_session = me'
const add = (text: string, profile: string) => addToProfile(text, profile, NEW, 'config')
const profilesOf = (text: string) =>
  mergeSharedConfig({ path: 'config', sections: parseIni(text, 'config') }, { path: '', sections: [] }).profiles

test.each([
  ['to no file', '', 'dev', `[profile dev]\n${NEW}\n`],
  ['to the default profile of no file', '', 'default', `[default]\n${NEW}\n`],
  [
    'under its header',
    '[default]\nregion = a\n[profile dev]\n# mine\nregion = b\n',
    'dev',
    `[default]\nregion = a\n[profile dev]\n${NEW}\n# mine\nregion = b\n`,
  ],
  ['behind a file without an end', '[default]\nregion = a', 'dev', `[default]\nregion = a\n\n[profile dev]\n${NEW}\n`],
  ['under a header at the end', '[default]', 'default', `[default]\n${NEW}\n`],
  ['as deep as what follows', '[profile dev]\n\n\tregion = b\n', 'dev', `[profile dev]\n\t${NEW}\n\n\tregion = b\n`],
  ['as deep as the next header', '[profile dev]\n  [default]\n', 'dev', `[profile dev]\n  ${NEW}\n  [default]\n`],
  [
    'with the line ends of Windows',
    '[profile dev]\r\nregion = b\r\n',
    'dev',
    `[profile dev]\r\n${NEW}\r\nregion = b\r\n`,
  ],
  [
    'with them behind the file',
    '[default]\r\nregion = b\r\n',
    'dev',
    `[default]\r\nregion = b\r\n\r\n[profile dev]\r\n${NEW}\r\n`,
  ],
  ['to the default that wins', '[default]\n[profile default]\n', 'default', `[default]\n[profile default]\n${NEW}\n`],
  ['past a session of that name', '[sso-session dev]\n', 'dev', `[sso-session dev]\n\n[profile dev]\n${NEW}\n`],
  ['behind a byte order mark', '\ufeff[profile dev]\n', 'dev', `\ufeff[profile dev]\n${NEW}\n`],
])('a setting is added %s', (_name, text, profile, expected) => {
  expect(add(text, profile)).toBe(expected)
})

test('whatever the file holds, the profile has the setting, and nothing else is changed', () => {
  const line = fc.constantFrom(
    '[default]',
    '[profile default]',
    '[profile dev]',
    '[ profile dev ] ; mine',
    '[sso-session dev]',
    'region = a',
    's3 =',
    '# note',
    '',
  )
  const indented = fc.tuple(fc.constantFrom('', '', '  ', '\t'), line).map((parts) => parts.join(''))
  const text = fc.tuple(fc.array(indented), fc.constantFrom('\n', '\r\n')).map(([lines, end]) => lines.join(end))
  fc.assert(
    fc.property(text, fc.constantFrom('default', 'dev', 'other'), (text, profile) => {
      const before = readOrSkip(text)
      const after = profilesOf(add(text, profile))
      expect(after).toEqual({ ...before, [profile]: { ...before[profile], login_session: 'me' } })
      expect(withoutAdded(add(text, profile))).toContain(text.trimEnd())
    }),
  )

  function readOrSkip(text: string): Record<string, object> {
    try {
      return { ...profilesOf(text) }
    } catch {
      return fc.pre(false) as never
    }
  }
  function withoutAdded(text: string): string {
    return text.replace(new RegExp(`[ \\t]*${NEW}\\r?\\n?`), '')
  }
})
