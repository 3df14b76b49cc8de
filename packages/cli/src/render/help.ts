/** Help for people, made from the data of the commands. */
import type { Command, OptionSpecs } from '../command.ts'
import { GLOBAL_OPTIONS } from '../global-options.ts'
import type { Paint } from './colour.ts'

const COLUMN = 28
const WIDTH = 96

export function renderHelp(commands: readonly Command[], paint: Paint): string {
  return [
    'AWS credentials on the command line: found, explained, handed to any program.',
    '',
    `${paint('bold', 'Usage')}  rolecall COMMAND [options]`,
    '',
    paint('bold', 'Commands'),
    ...commands.map(({ name, summary }) => row(name, summary)),
    '',
    paint('bold', 'Options of every command'),
    ...listOptions(GLOBAL_OPTIONS),
    '',
    paint('bold', 'Examples'),
    ...listExamples([
      { line: 'rolecall explain', does: 'what is found here, and why' },
      { line: 'rolecall exec --profile dev -- aws s3 ls', does: 'run one command with credentials' },
      { line: 'rolecall export --help', does: 'more about a command' },
    ]),
    '',
  ].join('\n')
}

export function renderCommandHelp(command: Command, paint: Paint): string {
  const own = listOptions(command.options)
  return [
    `${paint('bold', 'Usage')}  rolecall ${command.name} ${command.usage}`,
    '',
    ...wrap(`${capitalise(command.summary)}.${command.about ? ` ${command.about}` : ''}`, WIDTH),
    '',
    paint('bold', 'Examples'),
    ...listExamples(command.examples),
    '',
    ...(own.length > 0 ? [paint('bold', 'Options'), ...own, ''] : []),
    paint('bold', 'Options of every command'),
    ...listOptions(GLOBAL_OPTIONS),
    '',
  ].join('\n')
}

function listOptions(specs: OptionSpecs): string[] {
  return Object.entries(specs)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, { value, summary }]) => row(`--${name}${value ? ` ${value}` : ''}`, summary))
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
