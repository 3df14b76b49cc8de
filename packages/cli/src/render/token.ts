/** What the token of a job says of itself: never the token. */
import { printable } from '@rolecall/credentials'
import type { CiToken } from '@rolecall/credentials/ci'

/** What trust policies ask for. */
const FIRST = ['iss', 'sub', 'aud']
const INSTANTS = ['iat', 'nbf', 'exp']

export function toTokenJson({ ci, title, renews, expiration, claims }: CiToken): object {
  return { ci: ci ?? null, title, renews, expiration: expiration?.toISOString() ?? null, claims }
}

export function renderToken({ title, renews, expiration, claims }: CiToken): string {
  const life = `${expiration ? `until ${expiration.toISOString()}` : 'without an end'}, ${renews ? 'renewable' : 'the only one'}`
  const others = Object.keys(claims).filter((name) => !FIRST.includes(name))
  const names = [...FIRST.filter((name) => name in claims), ...others]
  const width = Math.max(...names.map((name) => name.length))
  const rows = names.map((name) => `${printable(name).padEnd(width)}  ${printable(describeClaim(name, claims[name]))}`)
  return `${[`${printable(title)}: ${life}`, '', ...rows].join('\n')}\n`
}

function describeClaim(name: string, value: unknown): string {
  const instant = INSTANTS.includes(name) && typeof value === 'number' ? new Date(value * 1000) : undefined
  if (instant && !Number.isNaN(instant.getTime())) return instant.toISOString()
  return typeof value === 'string' ? value : JSON.stringify(value)
}
