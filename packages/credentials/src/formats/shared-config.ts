/**
 * Both shared files as one: which sections count, and which file wins.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * @module
 */
import type { Origin, SharedConfig } from '../model/shared-config.ts'
import { type IniSection, isIdentifier } from './ini.ts'

export interface ParsedFile {
  readonly path: string
  readonly sections: readonly IniSection[]
}

type Records<T> = Record<string, Record<string, T>>

/** Settings merge key by key; those of the credentials file win. */
export function mergeSharedConfig(config: ParsedFile, credentials: ParsedFile): SharedConfig {
  const profiles: Records<string> = Object.create(null)
  const ssoSessions: Records<string> = Object.create(null)
  const services: Records<string> = Object.create(null)
  const origins: Records<Origin> = Object.create(null)
  const sectionOrigins: Records<Origin> = Object.create(null)

  const addProfile = (name: string, section: IniSection, file: Origin['file'], path: string): void => {
    addSettings(profiles, name, section)
    addOrigins(origins, name, section, { file, path })
  }
  const addSection = (records: Records<string>, kind: string, name: string, section: IniSection): void => {
    addSettings(records, name, section)
    addOrigins(sectionOrigins, `${kind} ${name}`, section, { file: 'config', path: config.path })
  }

  const sections = config.sections.map((section) => ({ section, ...readKind(section.name) }))
  const prefixedDefault = sections.some(({ section, kind, name }) => {
    return kind === 'profile' && name === 'default' && section.name !== 'default'
  })
  for (const { section, kind, name } of sections) {
    if (!name || (section.name === 'default' && prefixedDefault)) continue
    if (kind === 'profile') addProfile(name, section, 'config', config.path)
    else if (kind === 'sso-session') addSection(ssoSessions, kind, name, section)
    else if (kind === 'services') addSection(services, kind, name, section)
  }
  for (const section of credentials.sections) {
    if (isIdentifier(section.name)) addProfile(section.name, section, 'credentials', credentials.path)
  }
  const merged = { profiles, ssoSessions, services, origins }
  originsOfSections.set(merged, sectionOrigins)
  return merged
}

/** Where keys of other sections than profiles stand: known beside what everybody may see and make. */
const originsOfSections = new WeakMap<SharedConfig, Readonly<Records<Origin>>>()

/** @param section its whole name, as `sso-session dev`. */
export function originInSection(config: SharedConfig, section: string, key: string): Origin | undefined {
  return originsOfSections.get(config)?.[section]?.[key]
}

/** The profile that a section of the config file describes. */
export function profileOf(section: string): string | undefined {
  const { kind, name } = readKind(section) ?? {}
  return kind === 'profile' ? name : undefined
}

/** `[default]` needs no prefix; any other section of the config file says what it is. */
function readKind(section: string): { kind: string; name: string } | undefined {
  if (section === 'default') return { kind: 'profile', name: 'default' }
  const [kind, name, ...more] = section.split(/\s+/, 3)
  return kind && name && more.length === 0 && isIdentifier(name) ? { kind, name } : undefined
}

function addSettings(records: Records<string>, name: string, { settings }: IniSection): void {
  const record = recordOf(records, name)
  for (const { key, value } of settings) record[key] = value
}

function addOrigins(
  origins: Records<Origin>,
  name: string,
  { settings }: IniSection,
  place: Pick<Origin, 'file' | 'path'>,
): void {
  const lines = recordOf(origins, name)
  for (const { key, line } of settings) lines[key] = { ...place, line }
}

function recordOf<T>(records: Records<T>, name: string): Record<string, T> {
  records[name] ??= Object.create(null) as Record<string, T>
  return records[name]
}
