/** The digest that names and guards entries. In plain JavaScript: the first use of the platform's costs a start 5 ms. */
import { createHash } from 'sha256-uint8array'

export function sha256Hex(text: string): string {
  return createHash().update(new TextEncoder().encode(text)).digest('hex')
}
