import type { Host } from '../model/host.ts'

/** An environment variable as it stands. A blank one counts as missing. */
export function readVariable(env: Host['env'], name: string): string | undefined {
  const value = env[name]
  return value?.trim() ? value : undefined
}

/** A setting of a profile. A blank one counts as missing. */
export function readSetting(
  properties: Readonly<Record<string, string>> | undefined,
  name: string,
): string | undefined {
  return properties?.[name]?.trim() || undefined
}

/** `true` and `false` in any case; anything else is not said. */
export function readBoolean(value: string | undefined): boolean | undefined {
  const text = value?.trim().toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : undefined
}
