import { parseArgs } from 'node:util'
import type { Command, Invocation, OptionSpec, OptionSpecs } from './command.ts'
import { type Failure, usageFailure } from './failure.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { nearest } from './nearest.ts'

export type CommandLine =
  | { readonly asks: 'version' }
  | { readonly asks: 'help'; readonly command: Command | undefined }
  | { readonly asks: 'nothing' }
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
export function parseCommandLine(args: readonly string[], commands: readonly Command[]): CommandLine {
  const own = listOwnArguments(args)
  const { words, options } = tokenise(own, commands)
  const [name, ...rest] = words
  const asked = (option: string): boolean => options.some((given) => given.name === option)

  if (name === 'help') return { asks: 'help', command: rest[0] ? findCommand(rest[0], commands) : undefined }
  const command = name === undefined ? undefined : findCommand(name, commands)
  if (asked('help')) return { asks: 'help', command }
  if (asked('version')) return { asks: 'version' }
  const values = readOptions(options, command, commands)
  if (!command) return { asks: 'nothing' }

  const argument = readArgument(command, rest)
  const child = readChild(command, own === args ? undefined : args.slice(own.length + 1))
  return { asks: 'run', command, invocation: { options: values, argument, child } }
}

/** What is not the user's own command. */
export function listOwnArguments(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end < 0 ? args : args.slice(0, end)
}

function tokenise(args: readonly string[], commands: readonly Command[]): { words: string[]; options: GivenOption[] } {
  const specs: OptionSpecs = Object.assign({}, ...commands.map(({ options }) => options), GLOBAL_OPTIONS)
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

function findCommand(name: string, commands: readonly Command[]): Command {
  const found = commands.find((command) => command.name === name)
  if (found) return found
  const names = commands.map((command) => command.name)
  throw usageFailure(`there is no command ${quoted(name)}`, suggest(name, names))
}

function readOptions(given: readonly GivenOption[], command: Command | undefined, commands: readonly Command[]) {
  const specs: OptionSpecs = command
    ? { ...GLOBAL_OPTIONS, ...command.options }
    : Object.assign({}, ...commands.map(({ options }) => options), GLOBAL_OPTIONS)
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

function unknownOption(shown: string, specs: OptionSpecs, command: Command | undefined): Failure {
  const names = Object.keys(specs).filter((name) => !specs[name]?.hidden)
  const where = command ? `rolecall ${command.name}` : 'rolecall'
  const suggestion = suggest(
    shown,
    names.map((name) => `--${name}`),
  )
  return usageFailure(`${where} has no option ${quoted(shown)}`, suggestion, command?.name)
}

function checkValue(option: GivenOption, spec: OptionSpec, command: Command | undefined): string | boolean {
  const fail = (problem: string, remedy = ''): Failure =>
    usageFailure(`--${option.name} ${problem}`, remedy, command?.name)
  const { value } = option
  if (spec.value === undefined) {
    if (value !== undefined) throw fail('takes no value')
    return true
  }
  if (!value || (!option.inline && value.startsWith('-') && value !== '-'))
    throw fail('needs a value', `Write --${option.name} ${spec.value}. `)
  if (spec.choices && !spec.choices.includes(value))
    throw fail(
      `cannot be ${quoted(value)}`,
      `${suggest(value, spec.choices)}Choose one of ${spec.choices.join(', ')}. `,
    )
  if (spec.pattern && !spec.pattern.test.test(value)) throw fail(`must be ${spec.pattern.expected}`)
  return value
}

function readArgument({ name, argument, child }: Command, words: readonly string[]): string {
  const [word, extra] = words
  const unexpected = argument ? extra : word
  if (unexpected !== undefined) {
    const remedy = child ? `Write -- before the command: rolecall ${name} -- ${unexpected}. ` : ''
    throw usageFailure(`rolecall ${name} takes no argument ${quoted(unexpected)}`, remedy, name)
  }
  if (!argument) return ''

  const choices = argument.choices.join(', ')
  if (word === undefined) throw usageFailure(`${argument.name} is missing`, `Choose one of ${choices}. `, name)
  if (argument.choices.includes(word)) return word
  const remedy = `${suggest(word, argument.choices)}Choose one of ${choices}. `
  throw usageFailure(`${argument.name} cannot be ${quoted(word)}`, remedy, name)
}

function readChild({ name, child }: Command, words: readonly string[] | undefined): readonly string[] {
  if (words !== undefined && !child)
    throw usageFailure(`rolecall ${name} runs no command: nothing may follow --`, '', name)
  if (words?.[0]) return words
  if (child === 'required' || words !== undefined)
    throw usageFailure('there is no command to run', `Write it after --: rolecall ${name} -- CMD. `, name)
  return []
}

function suggest(word: string, candidates: readonly string[]): string {
  const best = nearest(word, candidates)
  return best ? `Did you mean ${best}? ` : ''
}

function quoted(word: string): string {
  return `"${word.length > 60 ? `${word.slice(0, 60)}…` : word}"`
}
