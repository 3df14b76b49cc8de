import { isatty } from 'node:tty'
import { styleText } from 'node:util'

export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string

const plain: Paint = (_style, text) => text

export function createPaint(noColour: boolean, fd: 1 | 2): Paint {
  return hasColours(noColour, fd) ? styleText : plain
}

/** Colours where a person looks: NO_COLOR and `--no-color` win over FORCE_COLOR, and that over what the output is. */
export function hasColours(noColour: boolean, fd: 1 | 2): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (noColour || NO_COLOR) return false
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return forced || (FORCE_COLOR === undefined && TERM !== 'dumb' && isatty(fd))
}
