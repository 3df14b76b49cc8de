/** From the words of a command line to what it asks for. */
import { parseArgs } from 'node:util'
import { type Command, type CommandGroup, callOf, type Invocation, isGroup } from './command.ts'
import { type Failure, usageFailure } from './failure.ts'
import { findCommand, listOptions } from './find-command.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { quoted, suggest } from './nearest.ts'
import type { OptionSpec, OptionSpecs } from './option.ts'

export type CommandLine =
  | { readonly asks: 'version' }
  | { readonly asks: 'help'; readonly about: Command | CommandGroup }
  /** The name of a group alone, or none. */
  | { readonly asks: 'nothing'; readonly of: CommandGroup }
  | { readonly asks: 'run'; readonly command: Command; readonly invocation: Invocation }

interface GivenOption {
  readonly name: string
  /** As it was written. */
  readonly shown: string
  readonly value: string | undefined
  readonly inline: boolean
}

/**
 * Options may stand before and after the command; what follows `--` belongs to the user's own command.
 *
 * @throws Failure `USAGE`: names the word that is wrong, and never the value of an option that is not known.
 */
export async function parseCommandLine(args: readonly string[], root: CommandGroup): Promise<CommandLine> {
  const own = listOwnArguments(args)
  const command = await chooseCommand(own, root)
  const specs: OptionSpecs = { ...GLOBAL_OPTIONS, ...(await listOptions(command)) }
  const { words, options } = tokenise(own, specs)
  const asked = (option: string): boolean => options.some((given) => given.name === option)

  if (words[0] === 'help' || asked('help')) return { asks: 'help', about: command }
  if (asked('version')) return { asks: 'version' }
  const values = readOptions(options, specs, command)
  if (isGroup(command)) return { asks: 'nothing', of: command }

  const operands = readOperands(command, words.slice(command.name.split(' ').length))
  const child = readChild(command, own === args ? undefined : args.slice(own.length + 1))
  return { asks: 'run', command, invocation: { options: values, operands, child } }
}

/** What is not the user's own command. */
export function listOwnArguments(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end < 0 ? args : args.slice(0, end)
}

/** Where an option stands before the command, only the options of all commands tell its value from a name. */
async function chooseCommand(args: readonly string[], root: CommandGroup): Promise<Command | CommandGroup> {
  const firstOption = args.findIndex((word) => word.startsWith('-'))
  const named = await findCommand(withoutHelp(firstOption < 0 ? args : args.slice(0, firstOption)), root)
  if (!isGroup(named)) return named
  const { words } = tokenise(args, { ...GLOBAL_OPTIONS, ...(await listOptions(named)) })
  return findCommand(withoutHelp(words), root)
}

/** `rolecall help export` names the command that `rolecall export` does. */
function withoutHelp(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? words.slice(1) : words
}

function tokenise(args: readonly string[], specs: OptionSpecs): { words: readonly string[]; options: GivenOption[] } {
  if (!args.some((word) => word.startsWith('-'))) return { words: args, options: [] }
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value }]) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const) },
    ]),
  )
  const known = { ...options, help: { type: 'boolean', short: 'h' } as const }
  const { tokens } = parseArgs({ args: [...args], options: known, strict: false, allowPositionals: true, tokens: true })

  const words: string[] = []
  const given: GivenOption[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind === 'option')
      given.push({ name: token.name, shown: token.rawName, value: token.value, inline: token.inlineValue === true })
  }
  return { words, options: given }
}

function readOptions(given: readonly GivenOption[], specs: OptionSpecs, command: Command | CommandGroup) {
  const values: Record<string, string | string[] | boolean | undefined> = {}
  for (const [name, { value, multiple }] of Object.entries(specs))
    values[name] = value === undefined ? false : multiple ? [] : undefined

  for (const option of given) {
    const spec = Object.hasOwn(specs, option.name) ? specs[option.name] : undefined
    if (!spec) throw unknownOption(option.shown, specs, command)
    const value = checkValue(option, spec, command)
    const before = values[option.name]
    if (Array.isArray(before)) before.push(String(value))
    else values[option.name] = value
  }
  return values as Invocation['options']
}

function unknownOption(shown: string, specs: OptionSpecs, command: Command | CommandGroup): Failure {
  const names = Object.keys(specs).filter((name) => !specs[name]?.hidden)
  const suggestion = suggest(
    shown,
    names.map((name) => `--${name}`),
  )
  return usageFailure(`${callOf(command)} has no option ${quoted(shown)}`, suggestion, command.name)
}

function checkValue(option: GivenOption, spec: OptionSpec, { name }: Command | CommandGroup): string | boolean {
  const fail = (problem: string, remedy = ''): Failure => usageFailure(`--${option.name} ${problem}`, remedy, name)
  const { value } = option
  if (spec.value === undefined) {
    if (value !== undefined) throw fail('takes no value')
    return true
  }
  if (!value || (!option.inline && value.startsWith('-') && value !== '-'))
    throw fail('needs a value', `Write --${option.name} ${spec.value}. `)
  if (spec.choices && !spec.choices.includes(value))
    throw fail(`cannot be ${quoted(value)}`, choose(value, spec.choices))
  if (spec.pattern && !spec.pattern.test.test(value)) throw fail(`must be ${spec.pattern.expected}`)
  return value
}

function readOperands(command: Command, words: readonly string[]): Record<string, string | undefined> {
  const specs = Object.entries(command.operands ?? {})
  const unexpected = words[specs.length]
  if (unexpected !== undefined) {
    const remedy = command.child ? `Write -- before the command: ${callOf(command)} -- ${unexpected}. ` : ''
    const takes = specs.length > 0 ? `${specs.map(([name]) => name).join(' ')}, and no` : 'no'
    throw usageFailure(`${callOf(command)} takes ${takes} argument ${quoted(unexpected)}`, remedy, command.name)
  }

  const values: Record<string, string | undefined> = {}
  for (const [index, [name, { choices, optional }]] of specs.entries()) {
    const word = words[index]
    values[name] = word
    if (word === undefined ? optional : !choices || choices.includes(word)) continue
    const problem = word === undefined ? `${name} is missing` : `${name} cannot be ${quoted(word)}`
    const remedy = choices ? choose(word, choices) : `Write ${callOf(command)} ${command.usage}. `
    throw usageFailure(problem, remedy, command.name)
  }
  return values
}

function readChild(command: Command, words: readonly string[] | undefined): readonly string[] {
  if (words !== undefined && !command.child)
    throw usageFailure(`${callOf(command)} runs no command: nothing may follow --`, '', command.name)
  if (words?.[0]) return words
  if (command.child === 'required' || words !== undefined)
    throw usageFailure('there is no command to run', `Write it after --: ${callOf(command)} -- CMD. `, command.name)
  return []
}

function choose(word: string | undefined, choices: readonly string[]): string {
  return `${word === undefined ? '' : suggest(word, choices)}Choose one of ${choices.join(', ')}. `
}
