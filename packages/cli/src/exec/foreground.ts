import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'

const PROCESS_GROUP = 2
const TERMINAL_GROUP = 5

/** Whether a terminal counts this process among those that it sends Ctrl-C to. */
export function isForeground(): boolean {
  try {
    return parseForeground(readFileSync('/proc/self/stat', 'latin1'))
  } catch {
    return [0, 1, 2].some((fd) => isatty(fd))
  }
}

/** The name of the program, in parentheses, may hold anything: what counts stands after the last of them. */
export function parseForeground(stat: string): boolean {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[PROCESS_GROUP] === fields[TERMINAL_GROUP]
}
