/** Help for people, made from the data of the commands. */
import { type Command, type CommandGroup, callOf, isGroup, loadCommands } from '../command.ts'
import { GLOBAL_OPTIONS } from '../global-options.ts'
import type { OptionSpecs } from '../option.ts'
import type { Paint } from './colour.ts'

const COLUMN = 28
const WIDTH = 96

export async function renderHelp(command: Command | CommandGroup, paint: Paint): Promise<string> {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? [paint('bold', title), ...lines, ''] : []
  const { summary, about } = command
  const head = [
    `${paint('bold', 'Usage')}  ${callOf(command)} ${isGroup(command) ? 'COMMAND [options]' : command.usage}`,
    '',
    ...wrap(`${capitalise(summary)}.${about ? ` ${about}` : ''}`, WIDTH),
    '',
  ]
  const examples = section('Examples', listExamples(command.examples))
  const parts = isGroup(command)
    ? [
        ...section('Commands', await listCommands(command)),
        ...section('Options of every command', listOptions(GLOBAL_OPTIONS)),
        ...examples,
      ]
    : [
        ...examples,
        ...section('Arguments', listOperands(command)),
        ...section('Options', listOptions(command.options)),
        ...section('Options of every command', listOptions(withoutReplaced(command))),
      ]
  return [...head, ...parts].join('\n')
}

async function listCommands(group: CommandGroup): Promise<string[]> {
  const commands = await loadCommands(group)
  return Object.keys(group.commands).map((name, index) => row(name, commands[index]?.summary ?? ''))
}

function listOperands({ operands = {} }: Command): string[] {
  return Object.entries(operands).map(([name, { summary, optional }]) => row(optional ? `[${name}]` : name, summary))
}

function listOptions(specs: OptionSpecs): string[] {
  return Object.entries(specs)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, { value, summary }]) => row(`--${name}${value ? ` ${value}` : ''}`, summary))
}

/** An option of the command's own says something else by the name of a global one. */
function withoutReplaced({ options }: Command): OptionSpecs {
  return Object.fromEntries(Object.entries(GLOBAL_OPTIONS).filter(([name]) => !Object.hasOwn(options, name)))
}

function listExamples(examples: Command['examples']): string[] {
  return examples.flatMap(({ line, does }) => [`  ${line}`, `      ${does}`])
}

function row(name: string, summary: string): string {
  const [first = '', ...more] = wrap(summary, WIDTH - COLUMN)
  const head = `  ${name}`
  const start = head.length < COLUMN - 1 ? [head.padEnd(COLUMN) + first] : [head, ' '.repeat(COLUMN) + first]
  return [...start, ...more.map((line) => ' '.repeat(COLUMN) + line)].join('\n')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line ? `${line} ${word}` : word
  }
  return [...lines, line]
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
