/**
 * Times as policies write them: the W3C's forms of ISO 8601, or seconds since 1970.
 *
 * Source  https://www.w3.org/TR/NOTE-datetime
 * @module
 */
const W3C = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d))?)?)?$/
const SECONDS = /^\d{5,11}(\.\d+)?$/

/** In milliseconds since 1970; undefined for what is no time. */
export function parseInstant(text: string): number | undefined {
  if (SECONDS.test(text)) return Number(text) * 1000
  const match = W3C.exec(text)
  if (!match) return undefined
  const [, year, month = '01', day = '01', hours = '00', minutes = '00', seconds = '00', zone = 'Z'] = match
  const [whole = '00', fraction = ''] = seconds.split('.')
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3)
  const epochMs = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${whole}.${milliseconds}${zone}`)
  return Number.isNaN(epochMs) ? undefined : epochMs
}
