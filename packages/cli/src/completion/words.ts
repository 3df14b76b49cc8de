/** What the completion scripts are made from: the commands as shells see them. */
import { type Command, type CommandGroup, isGroup, loadCommands } from '../command.ts'
import { GLOBAL_OPTIONS } from '../global-options.ts'
import type { OperandSpecs, OptionSpec, OptionSpecs } from '../option.ts'

export interface Word {
  readonly name: string
  readonly summary: string
}

export interface CompletedOption extends Word {
  readonly value: 'none' | 'any' | 'profiles' | 'files' | readonly string[]
}

/** A place on the command line: after the name of a command, of a group, or of `rolecall` itself. */
export interface Place {
  /** Empty for `rolecall` itself. */
  readonly command: string
  /** The names of the commands of a group; elsewhere none. */
  readonly commands: readonly Word[]
  /** The choices of operands. */
  readonly operands: readonly string[]
  /** Whether an operand is a file. */
  readonly files: boolean
  readonly options: readonly CompletedOption[]
}

export interface Words {
  readonly places: readonly Place[]
  /** The same at every place. */
  readonly options: readonly CompletedOption[]
}

/** A global option that some command replaces is one of each place. */
export async function listWords(root: CommandGroup): Promise<Words> {
  const commands = await listAll(root)
  const isReplaced = (name: string): boolean =>
    commands.some((command) => !isGroup(command) && Object.hasOwn(command.options, name))
  const globals = Object.entries<OptionSpec>(GLOBAL_OPTIONS)
  const replaced = Object.fromEntries(globals.filter(([name]) => isReplaced(name)))
  return {
    places: await Promise.all(commands.map((command) => describePlace(command, replaced))),
    options: listOptions(Object.fromEntries(globals.filter(([name]) => !isReplaced(name)))),
  }
}

/** Every option that is followed by a value, once. */
export function listValued({ places, options }: Words): string[] {
  const all = [...options, ...places.flatMap((place) => place.options)].filter(({ value }) => value !== 'none')
  return [...new Set(all.map(({ name }) => name))]
}

/** The options whose values are completed in the same way, for each way once. */
export function groupByValue(
  options: readonly CompletedOption[],
): { value: CompletedOption['value']; names: string[] }[] {
  const groups = new Map<string, { value: CompletedOption['value']; names: string[] }>()
  for (const { name, value } of options) {
    if (value === 'none') continue
    const group = groups.get(String(value)) ?? { value, names: [] }
    group.names.push(name)
    groups.set(String(value), group)
  }
  return [...groups.values()]
}

async function listAll(command: Command | CommandGroup): Promise<(Command | CommandGroup)[]> {
  if (!isGroup(command)) return [command]
  const below = await Promise.all((await loadCommands(command)).map(listAll))
  return [command, ...below.flat()]
}

async function describePlace(command: Command | CommandGroup, inherited: OptionSpecs): Promise<Place> {
  if (!isGroup(command)) {
    const operands: OperandSpecs = command.operands ?? {}
    return {
      command: command.name,
      commands: [],
      operands: Object.values(operands).flatMap(({ choices }) => choices ?? []),
      files: Object.values(operands).some(({ completes }) => completes === 'files'),
      options: listOptions({ ...inherited, ...command.options }),
    }
  }
  const loaded = await loadCommands(command)
  const commands = Object.keys(command.commands).map((name, index) => ({ name, summary: loaded[index]?.summary ?? '' }))
  return { command: command.name, commands, operands: [], files: false, options: listOptions(inherited) }
}

function listOptions(specs: OptionSpecs): CompletedOption[] {
  return Object.entries(specs)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, spec]) => ({ name: `--${name}`, summary: spec.summary, value: readValue(spec) }))
}

function readValue({ value, choices, completes }: OptionSpec): CompletedOption['value'] {
  return value === undefined ? 'none' : (choices ?? completes ?? 'any')
}
