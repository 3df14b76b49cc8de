/** From the words of a command line to the command that they name. */
import { type Command, type CommandGroup, isGroup, loadCommands } from './command.ts'
import { usageFailure } from './failure.ts'
import { quoted, suggest } from './nearest.ts'
import type { OptionSpecs } from './option.ts'

/**
 * Words that are left over are the operands of the command.
 *
 * @returns a group, where the words name none of its commands.
 * @throws Failure `USAGE`
 */
export async function findCommand(words: readonly string[], root: CommandGroup): Promise<Command | CommandGroup> {
  let found: Command | CommandGroup = root
  for (const word of words) {
    if (!isGroup(found)) break
    found = await loadCommand(found, word)
  }
  return found
}

function loadCommand({ name, commands }: CommandGroup, word: string): Promise<Command | CommandGroup> {
  const load = Object.hasOwn(commands, word) ? commands[word] : undefined
  if (load) return load()
  const typed = name ? `${name} ${word}` : word
  throw usageFailure(`there is no command ${quoted(typed)}`, suggest(word, Object.keys(commands)), name)
}

/** The options of a command; of a group, those of all its commands. */
export async function listOptions(command: Command | CommandGroup): Promise<OptionSpecs> {
  if (!isGroup(command)) return command.options
  const commands = await loadCommands(command)
  return Object.assign({}, ...(await Promise.all(commands.map(listOptions))))
}
