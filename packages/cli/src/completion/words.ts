/** What the completion scripts are made from: the commands as shells see them. */
import type { Command, OptionSpec, OptionSpecs } from '../command.ts'
import { GLOBAL_OPTIONS } from '../global-options.ts'

export interface Word {
  readonly name: string
  readonly summary: string
}

export interface CompletedOption extends Word {
  readonly value: 'none' | 'any' | 'profiles' | 'files' | readonly string[]
}

export interface CompletedCommand extends Word {
  readonly options: readonly CompletedOption[]
  readonly arguments: readonly string[]
}

export interface Words {
  readonly commands: readonly CompletedCommand[]
  /** Of every command. */
  readonly options: readonly CompletedOption[]
}

export function listWords(commands: readonly Command[]): Words {
  return {
    options: listOptions(GLOBAL_OPTIONS),
    commands: commands.map(({ name, summary, options, argument }) => ({
      name,
      summary,
      options: listOptions(options),
      arguments: argument?.choices ?? [],
    })),
  }
}

/** Every option that is followed by a value, once. */
export function listValued({ commands, options }: Words): CompletedOption[] {
  const all = [...options, ...commands.flatMap((command) => command.options)].filter(({ value }) => value !== 'none')
  return [...new Map(all.map((option) => [option.name, option])).values()]
}

function listOptions(specs: OptionSpecs): CompletedOption[] {
  return Object.entries(specs)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, spec]) => ({ name: `--${name}`, summary: spec.summary, value: readValue(spec) }))
}

function readValue({ value, choices, completes }: OptionSpec): CompletedOption['value'] {
  return value === undefined ? 'none' : (choices ?? completes ?? 'any')
}
