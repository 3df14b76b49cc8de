/**
 * As Node's `--env-file` reads it: a value ends at the next quote of its own kind, whatever stands before it.
 *
 * Source  https://nodejs.org/api/environment_variables.html#env-files
 * @module
 */
import { refuse, refuseUnwritable, type Script } from './handout.ts'

/** A file can set variables and not take them out: what is unknown is left out. */
export const scriptDotenv: Script = (variables) =>
  variables
    .filter((variable): variable is readonly [string, string] => variable[1] !== undefined)
    .map(([name, value]) => `${name}=${quoteDotenv(name, value)}\n`)
    .join('')

function quoteDotenv(name: string, value: string): string {
  refuseUnwritable('dotenv', name, value)
  if (value.includes('\r')) refuse('dotenv', name, 'a carriage return')
  const quote = ["'", '`', '"'].find((quote) => !value.includes(quote) && !(quote === '"' && value.includes('\\n')))
  return quote ? quote + value + quote : refuse('dotenv', name, 'every kind of quote')
}
