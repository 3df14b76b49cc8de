import { describe, expect, test } from 'vitest'
import { expandHome, joinPath, readHome } from '../../src/formats/paths.ts'

const linux = { platform: 'linux', homeDir: '/home/os' }
const windows = { platform: 'win32', homeDir: 'C:\\os' }
const WINDOWS_ENV = { USERPROFILE: 'C:\\profile', HOMEDRIVE: 'D:', HOMEPATH: '\\path' }

describe('home', () => {
  test.each([
    ['HOME', { ...linux, env: { HOME: '/h', ...WINDOWS_ENV } }, '/h'],
    ['what the system says, where HOME is blank', { ...linux, env: { HOME: ' ', ...WINDOWS_ENV } }, '/home/os'],
    ['nothing', { ...linux, homeDir: undefined, env: WINDOWS_ENV }, undefined],
    ['HOME on Windows too', { ...windows, env: { HOME: 'C:\\h', ...WINDOWS_ENV } }, 'C:\\h'],
    ['then USERPROFILE', { ...windows, env: WINDOWS_ENV }, 'C:\\profile'],
    ['then drive and path', { ...windows, env: { ...WINDOWS_ENV, USERPROFILE: '' } }, 'D:\\path'],
    ['then what the system says: a drive alone is none', { ...windows, env: { HOMEDRIVE: 'D:' } }, 'C:\\os'],
    ['nor is a path alone', { ...windows, env: { HOMEPATH: '\\path' } }, 'C:\\os'],
  ])('%s', (_name, host, home) => {
    expect(readHome(host)).toBe(home)
  })
})

test.each([
  ['linux', ['/home/u', '.aws', 'config'], '/home/u/.aws/config'],
  ['linux', ['/home/u//', '.aws', 'config'], '/home/u/.aws/config'],
  ['linux', ['/', '.aws', 'config'], '/.aws/config'],
  ['darwin', ['/Users/u', '.aws', 'config'], '/Users/u/.aws/config'],
  ['win32', ['C:\\u\\', '.aws', 'config'], 'C:\\u\\.aws\\config'],
])('on %s %o is %s', (platform, parts, path) => {
  expect(joinPath(platform, ...parts)).toBe(path)
})

test.each([
  ['~/x', '/h/x'],
  ['~', '/h'],
  ['~\\x', '/h\\x'],
  ['~user/x', '~user/x'],
  ['/a/~/x', '/a/~/x'],
  ['./x', './x'],
  ['x~', 'x~'],
  ['$HOME/x', '$HOME/x'],
])('%s is %s', (path, expanded) => {
  expect(expandHome(path, { ...linux, env: { HOME: '/h' } })).toBe(expanded)
})

test('where nobody knows a home, ~ stays', () => {
  expect(expandHome('~/x', { ...linux, homeDir: undefined, env: {} })).toBe('~/x')
})
