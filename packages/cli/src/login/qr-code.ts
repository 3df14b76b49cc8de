/** A QR code as text, for a telephone that looks at the terminal. */
import { renderUnicodeCompact } from 'uqr'

/** White on black whatever the colours of the terminal: a code that is inverted is not read by all. */
const COLOURS = '\u001b[40;97m'
const RESET = '\u001b[0m'

/** Without colours it is right on a dark terminal, and inverted on a light one. */
export function renderQrCode(text: string, hasColours: boolean): string {
  const [before, after] = hasColours ? [COLOURS, RESET] : ['', '']
  return renderUnicodeCompact(text, { border: 2 })
    .split('\n')
    .map((line) => `${before}${line}${after}\n`)
    .join('')
}
