import { createScript, type Script } from './handout.ts'

/** For `eval "$(…)"` in sh, bash, zsh, ksh. */
export const scriptEnv: Script = createScript('env', {
  set: (name, value) => `export ${name}=${quotePosix(value)}`,
  unset: (name) => `unset ${name}`,
})

/** Nothing is special between single quotes but the quote itself. */
export function quotePosix(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}
