import { createScript, refuse, type Script } from './handout.ts'

/** For `… | Invoke-Expression`, which gets its input line by line: a value of two lines would run the second. */
export const scriptPowershell: Script = createScript('powershell', {
  set: (name, value) => {
    if (/[\r\n]/.test(value)) refuse('powershell', name, 'a line end')
    return `$Env:${name} = ${quotePowershell(value)}`
  },
  unset: (name) => `$Env:${name} = $null`,
})

/** PowerShell takes the four typographic single quotes for the plain one. Doubled, each stands for itself. */
export function quotePowershell(value: string): string {
  return `'${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`
}
