/** A QR code as text, for a telephone that looks at the terminal. */
import { renderUnicodeCompact } from 'uqr'

/** White on black whatever the colours of the terminal: a code that is inverted is not read by all. */
const COLOURS = '\u001b[40;97m'
const RESET = '\u001b[0m'

export function renderQrCode(text: string): string {
  return renderUnicodeCompact(text, { border: 2 })
    .split('\n')
    .map((line) => `${COLOURS}${line}${RESET}\n`)
    .join('')
}
