/**
 * The INI dialect of the AWS config and credentials files, with the line of every setting kept.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * @module
 */
import { CredentialsError } from '../errors.ts'

export interface IniSection {
  /** The text between the brackets, trimmed. */
  readonly name: string
  readonly line: number
  readonly settings: readonly IniSetting[]
}

export interface IniSetting {
  /** Lower-case. */
  readonly key: string
  /** A nested block is its raw text: "\nname = value". */
  readonly value: string
  /** From 1. */
  readonly line: number
}

const IDENTIFIER = /^[\w\-/.%@:+]+$/

/** True for names that a profile, session or setting may have; what has another name is ignored. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name)
}

/**
 * A section that stands twice comes twice, in order. A line indented deeper than the setting above continues it;
 * lines that begin with `#` or `;` are comments wherever they stand.
 *
 * @param path named in errors; the content of a line never is.
 * @throws CredentialsError `CONFIG_INVALID` with the line.
 */
export function parseIni(text: string, path: string): IniSection[] {
  const sections: (IniSection & { readonly settings: IniSetting[] })[] = []
  /** The one that deeper lines continue. */
  let setting: (IniSetting & { value: string }) | undefined
  let settingIndent = 0
  let isNested = false

  let line = 0
  const fail: Fail = (problem, remedy) => invalid(path, line, problem, remedy)

  for (const raw of text.split('\n')) {
    line++
    const content = raw.trim()
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue

    const indent = raw.length - raw.trimStart().length
    if (setting && indent > settingIndent) {
      if (isNested) checkNested(content, fail)
      setting.value += `\n${content}`
    } else if (content.startsWith('[')) {
      sections.push({ name: readHeader(content, fail), line, settings: [] })
      setting = undefined
    } else {
      const section = sections.at(-1)
      if (!section) throw fail('a setting stands before the first section', 'Put it under [default] or a [profile …]')
      setting = readSetting(content, line, fail)
      settingIndent = indent
      isNested = setting.value === ''
      if (isIdentifier(setting.key)) section.settings.push(setting)
    }
  }
  return sections
}

/** Reads the raw text of a nested block: `\nname = value`. */
export function parseNested(block: string): Record<string, string> {
  const settings: Record<string, string> = Object.create(null)
  for (const line of block.split('\n')) {
    const [key, value] = splitSetting(withoutComment(line))
    if (key && value !== undefined) settings[key.toLowerCase()] = value
  }
  return settings
}

type Fail = (problem: string, remedy: string) => CredentialsError

function readHeader(content: string, fail: Fail): string {
  const header = hasCommentSign(content) ? content.slice(0, content.search(/[#;]/)).trimEnd() : content
  if (!header.endsWith(']')) throw fail('a section header has no closing bracket', 'End it with ]')
  return header.slice(1, -1).trim()
}

function readSetting(content: string, line: number, fail: Fail): { key: string; value: string; line: number } {
  const [key, value] = splitSetting(withoutComment(content))
  if (value === undefined) throw fail('a line is neither a section nor a setting', 'Write it as name = value')
  if (key === '') throw fail('a setting has no name', 'Write it as name = value')
  return { key: key.toLowerCase(), value, line }
}

function checkNested(content: string, fail: Fail): void {
  const [key, value] = splitSetting(content)
  if (value === undefined) throw fail('a line of a nested block is no setting', 'Write it as name = value')
  if (key === '') throw fail('a setting of a nested block has no name', 'Write it as name = value')
}

function splitSetting(content: string): [key: string, value: string | undefined] {
  const at = content.indexOf('=')
  return at < 0 ? [content.trim(), undefined] : [content.slice(0, at).trim(), content.slice(at + 1).trim()]
}

/** A comment on the same line begins after white space: anything closer is part of the value. */
function withoutComment(content: string): string {
  if (!hasCommentSign(content)) return content
  const at = content.search(/\s[#;]/)
  return at < 0 ? content : content.slice(0, at)
}

/** Most lines have none, and need no regular expression: the first use of one is slow. */
function hasCommentSign(content: string): boolean {
  return content.includes('#') || content.includes(';')
}

function invalid(file: string, line: number, problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source: 'profile', remedy, location: { file, line } })
}
