import { createScript, type Script } from './handout.ts'

/** For `… | source` in fish. */
export const scriptFish: Script = createScript('fish', {
  set: (name, value) => `set -gx ${name} ${quoteFish(value)}`,
  unset: (name) => `set -e ${name}`,
})

/** Between single quotes fish knows two escapes: of the quote and of the backslash. */
export function quoteFish(value: string): string {
  return `'${value.replace(/['\\]/g, '\\$&')}'`
}
