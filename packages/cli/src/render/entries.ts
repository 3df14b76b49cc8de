import { printable } from '@rolecall/credentials'
import type { Entry } from '@rolecall/s3-files'

const TIME_WIDTH = '2000-01-01 00:00:00'.length

/** Size, time and path, a line each. */
export function renderEntries(entries: readonly Entry[]): string {
  const sizes = entries.map(({ sizeBytes }) => (sizeBytes === undefined ? '-' : `${sizeBytes}`))
  const width = Math.max(0, ...sizes.map((size) => size.length))
  return entries
    .map(({ path, modified }, at) => {
      const time = modified?.toISOString().slice(0, TIME_WIDTH).replace('T', ' ') ?? ''
      return `${sizes[at]?.padStart(width)}  ${time.padEnd(TIME_WIDTH)}  ${printable(path)}\n`
    })
    .join('')
}
