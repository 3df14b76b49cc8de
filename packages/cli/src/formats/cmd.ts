import { createScript, refuse, type Script } from './handout.ts'

/** For a batch file. Quotes keep `&|<>^` plain; nothing keeps `%`, `!` or a quote plain wherever the line is read. */
export const scriptCmd: Script = createScript('cmd', {
  set: (name, value) => {
    if (/["%!]/.test(value)) refuse('cmd', name, 'a quote, % or !')
    if (/\p{Cc}/u.test(value)) refuse('cmd', name, 'a control character')
    return `set "${name}=${value}"`
  },
  unset: (name) => `set "${name}="`,
})
