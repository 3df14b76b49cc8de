/** A config file and a credentials file. */
export interface Files {
  readonly config: string
  readonly credentials: string
}

export function mapFiles(files: Files, rewrite: (text: string, file: keyof Files) => string): Files {
  return { config: rewrite(files.config, 'config'), credentials: rewrite(files.credentials, 'credentials') }
}

/** What an implementation reads: sections by name, settings by key, nested settings by key in their own object. */
export interface Reading {
  readonly profiles: Sections
  readonly ssoSessions: Sections
  readonly services: Sections
}

export type Sections = Readonly<Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>>

export interface Implementation {
  readonly name: 'botocore' | 'AWS SDK for JavaScript'
  /** undefined where it refuses a file. */
  read(files: Files): Promise<Reading | undefined>
  /** Who each profile makes the caller: key id, and the roles assumed on top. undefined for an error, or nobody. */
  identify(files: Files, profiles: readonly string[]): Promise<(string | undefined)[]>
}

/** The same text for the same meaning. */
export function canonical(reading: Reading | undefined, name: Implementation['name']): string {
  if (!reading) return 'refused'
  const shape = name === 'botocore' ? asPythonHasIt : asJavaScriptHasIt
  const { profiles, ssoSessions, services } = reading
  return JSON.stringify(sorted([shape(profiles), shape(ssoSessions), shape(services)]), undefined, 1)
}

/** A nested block in which nothing stands is an empty setting. */
function asPythonHasIt(sections: Sections): Sections {
  const shaped = Object.entries(sections).map(([name, settings]) => {
    const filled = Object.entries(settings).map(
      ([key, value]) => [key, Object.keys(value).length === 0 ? '' : value] as const,
    )
    return [name, record(filled)] as const
  })
  return record(shaped)
}

/** It knows no empty settings, and so no empty sections; a nested setting is `block.name`. */
function asJavaScriptHasIt(sections: Sections): Sections {
  const shaped = Object.entries(sections).map(([name, settings]) => {
    const flat = Object.entries(settings).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : Object.entries(value).map(([sub, text]) => [`${key}.${sub}`, text]),
    )
    return [name, record(flat.filter(([, value]) => value !== ''))] as const
  })
  return record(shaped.filter(([, settings]) => Object.keys(settings).length > 0))
}

export function record<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const made: Record<string, T> = Object.create(null)
  for (const [key, value] of entries) made[key] = value
  return made
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, part]) => [key, sorted(part)])
}
