/** ISO 8601 with a date, a time and a zone: `Z`, `UTC` (the AWS CLI's files) or an offset. Any number of decimals. */
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|UTC|[+-]\d\d:?\d\d)$/

/** undefined for anything that is no time. */
export function parseTime(text: string): Date | undefined {
  const match = TIME.exec(text.trim())
  if (!match) return undefined
  const decimals = match[1] ?? ''
  const date = new Date(text.trim().replace(decimals, decimals.slice(0, 4)).replace(' ', 'T').replace('UTC', 'Z'))
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** As in the claims of a token. undefined for anything that is no time, or one that no calendar reaches. */
export function fromEpochSeconds(seconds: unknown): Date | undefined {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}
