/** What a command is: data that the parser, the help and the shell completions are made from, and one function. */
import type { GlobalValues } from './global-options.ts'
import type { OperandSpec, OperandSpecs, OperandValues, OptionSpecs, OptionValues } from './option.ts'

export interface Invocation<O = object, P = object> {
  /** An option of the command's own replaces the global one of its name. */
  readonly options: OptionValues<O> & Omit<GlobalValues, keyof O>
  readonly operands: OperandValues<P>
  /** What follows `--`. */
  readonly child: readonly string[]
}

interface Example {
  readonly line: string
  readonly does: string
}

export interface CommandDefinition<O extends OptionSpecs, P extends OperandSpecs> {
  /** As it is typed, with the name of its group: `trust check`. */
  readonly name: string
  readonly summary: string
  /** What follows the name in the usage line. */
  readonly usage: string
  /** A paragraph for the help, where the summary leaves something to say. */
  readonly about?: string
  readonly operands?: P
  /** Whether a command of the user's follows `--`. */
  readonly child?: 'required' | 'optional'
  readonly options: O
  readonly examples: readonly Example[]
  /** @returns the exit status, when everything is done: the process ends then. */
  run(invocation: Invocation<O, P>): Promise<number>
}

export interface Command extends Omit<CommandDefinition<OptionSpecs, OperandSpecs>, 'run'> {
  run(invocation: Invocation): Promise<number>
}

/** A command of commands: `rolecall trust check` is the command `check` of the group `trust`. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
  readonly about?: string
  readonly examples: readonly Example[]
  /** By the last word of their names, in the order of the help. Each is loaded when it is needed. */
  readonly commands: Readonly<Record<string, () => Promise<Command | CommandGroup>>>
}

/** Types what `run` gets by the data that describes it. The parser keeps that promise. */
export function defineCommand<
  const O extends OptionSpecs,
  const P extends OperandSpecs = Readonly<Record<never, OperandSpec>>,
>(definition: CommandDefinition<O, P>): Command {
  return definition as unknown as Command
}

export function isGroup(command: Command | CommandGroup): command is CommandGroup {
  return 'commands' in command
}

/** The commands of a group, loaded. */
export function loadCommands(group: CommandGroup): Promise<(Command | CommandGroup)[]> {
  return Promise.all(Object.values(group.commands).map((load) => load()))
}

/** How a person calls it. */
export function callOf({ name }: Command | CommandGroup): string {
  return name ? `rolecall ${name}` : 'rolecall'
}
