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

type Records = Record<string, Record<string, string>>

/** Settings merge key by key; those of the credentials file win. */
export function mergeSharedConfig(config: ParsedFile, credentials: ParsedFile): SharedConfig {
  const profiles: Records = Object.create(null)
  const ssoSessions: Records = Object.create(null)
  const services: Records = Object.create(null)
  const origins: Record<string, Record<string, Origin>> = Object.create(null)

  const addProfile = (name: string, section: IniSection, file: Origin['file'], path: string): void => {
    addSettings(profiles, name, section)
    const lines: Record<string, Origin> = origins[name] ?? Object.create(null)
    for (const { key, line } of section.settings) lines[key] = { file, path, line }
    origins[name] = lines
  }

  const prefixedDefault = config.sections.some(({ name }) => readKind(name)?.[0] === 'profile' && isDefault(name))
  for (const section of config.sections) {
    const [kind, name] = readKind(section.name) ?? []
    if (!name || (section.name === 'default' && prefixedDefault)) continue
    if (kind === 'profile') addProfile(name, section, 'config', config.path)
    else if (kind === 'sso-session') addSettings(ssoSessions, name, section)
    else if (kind === 'services') addSettings(services, name, section)
  }
  for (const section of credentials.sections) {
    if (isIdentifier(section.name)) addProfile(section.name, section, 'credentials', credentials.path)
  }
  return { profiles, ssoSessions, services, origins }
}

/** The profile that a section of the config file describes. */
export function profileOf(section: string): string | undefined {
  const [kind, name] = readKind(section) ?? []
  return kind === 'profile' ? name : undefined
}

/** `[default]` needs no prefix; any other section of the config file says what it is. */
function readKind(section: string): [kind: string, name: string] | undefined {
  if (section === 'default') return ['profile', 'default']
  const [kind, name, ...more] = section.split(/\s+/)
  return kind && name && more.length === 0 && isIdentifier(name) ? [kind, name] : undefined
}

function isDefault(section: string): boolean {
  return section !== 'default' && readKind(section)?.[1] === 'default'
}

function addSettings(records: Records, name: string, section: IniSection): void {
  const record: Record<string, string> = records[name] ?? Object.create(null)
  for (const { key, value } of section.settings) record[key] = value
  records[name] = record
}
