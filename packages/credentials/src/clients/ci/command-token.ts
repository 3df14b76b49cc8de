import { checkToken } from '../../formats/token.ts'
import type { Host } from '../../model/host.ts'
import { readCommandText, type TextCommand } from '../command-text.ts'
import { fail, SOURCE } from './failure.ts'

/** The token that a program prints, with nothing else on its output. Throws `PROCESS_FAILED`, `TIMEOUT`, `CONFIG_INVALID`. */
export async function readCommandToken(host: Host, command: Omit<TextCommand, 'fail'>): Promise<string> {
  const text = await readCommandText(host, { ...command, fail })
  return checkToken(text, `what the ${command.name} prints`, SOURCE)
}
