/**
 * Adds one setting to a profile in the text of a config file. Every other character stays as it is.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * @module
 */
import { parseIni } from './ini.ts'
import { profileOf } from './shared-config.ts'

/**
 * Right under the header of the profile; a profile that is not there is added at the end.
 *
 * @param setting that the profile does not have; `name = value` that the reader takes as it is.
 * @throws CredentialsError `CONFIG_INVALID` for a text that is no config file.
 */
export function addToProfile(text: string, profile: string, setting: string, path: string): string {
  const sections = parseIni(text, path).filter(({ name }) => profileOf(name) === profile)
  const section = sections.find(({ name }) => name !== 'default') ?? sections[0]
  if (!section) return appendProfile(text, profile, setting)

  const lines = text.split('\n')
  const header = lines[section.line - 1] ?? ''
  // As deep as what follows: a deeper line would continue the new setting.
  const follower = lines.slice(section.line).find((line) => !/^\s*(?:[#;]|$)/.test(line)) ?? ''
  const indent = /^[^\S\r\n]*/.exec(follower)?.[0] ?? ''
  const added = indent + setting + (header.endsWith('\r') ? '\r' : '')
  if (section.line < lines.length) return lines.toSpliced(section.line, 0, added).join('\n')
  return `${text}${lineEndOf(text)}${setting}${lineEndOf(text)}`
}

function appendProfile(text: string, profile: string, setting: string): string {
  const end = lineEndOf(text)
  const header = profile === 'default' ? '[default]' : `[profile ${profile}]`
  const before = text === '' ? '' : `${text}${text.endsWith('\n') ? '' : end}${end}`
  return `${before}${header}${end}${setting}${end}`
}

function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
