/** What a command is: data that the parser, the help and the shell completions are made from, and one function. */
import type { GLOBAL_OPTIONS } from './global-options.ts'

export interface OptionSpec {
  /** What stands for its value in the help. An option without one is a switch. */
  readonly value?: string
  readonly summary: string
  readonly multiple?: true
  readonly choices?: readonly string[]
  readonly pattern?: { readonly test: RegExp; readonly expected: string }
  /** What a shell offers for its value. */
  readonly completes?: 'profiles' | 'files'
  /** For machines: left out of help and completions. */
  readonly hidden?: true
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

export type OptionValues<O> = {
  readonly [K in keyof O]: O[K] extends { readonly value: string }
    ? O[K] extends { readonly multiple: true }
      ? readonly string[]
      : string | undefined
    : boolean
}

export type GlobalValues = OptionValues<typeof GLOBAL_OPTIONS>

export interface Invocation<O = object> {
  readonly options: OptionValues<O> & GlobalValues
  /** Where the command takes one. */
  readonly argument: string
  /** What follows `--`. */
  readonly child: readonly string[]
}

export interface CommandDefinition<O extends OptionSpecs> {
  readonly name: string
  readonly summary: string
  /** What follows the name in the usage line. */
  readonly usage: string
  /** A paragraph for the help, where the summary leaves something to say. */
  readonly about?: string
  readonly argument?: { readonly name: string; readonly choices: readonly string[] }
  /** Whether a command of the user's follows `--`. */
  readonly child?: 'required' | 'optional'
  readonly options: O
  readonly examples: readonly { readonly line: string; readonly does: string }[]
  /** @returns the exit status. */
  run(invocation: Invocation<O>): Promise<number>
}

export interface Command extends Omit<CommandDefinition<OptionSpecs>, 'run'> {
  run(invocation: Invocation): Promise<number>
}

/** Types the options that `run` gets by the data that describes them. The parser keeps that promise. */
export function defineCommand<const O extends OptionSpecs>(definition: CommandDefinition<O>): Command {
  return definition as unknown as Command
}
