import { quoteFish } from '../formats/fish.ts'
import type { CompletedOption, Place, Words } from './words.ts'

/** What follows `--` is completed as the command line that it is. */
const COMPLETE_CHILD = `function __rolecall_complete_child
  set -l words (commandline -opc) (commandline -ct)
  set -l end (contains -i -- -- $words)
  complete -C (string join ' ' -- $words[(math $end + 1)..-1])
end
`

export function renderFish({ places, options }: Words): string {
  const lines = [
    'complete -c rolecall -f',
    ...places.flatMap(renderPlace),
    ...options.map((option) => `complete -c rolecall${describe(option)}`),
    `${when('contains -- -- (commandline -opc)')} -a ${quoteFish('(__rolecall_complete_child)')}`,
  ]
  return `# rolecall completion fish
${COMPLETE_CHILD}${lines.map((line) => `${line}\n`).join('')}`
}

function renderPlace({ command, commands, operands, options, files }: Place): string[] {
  const names = commands.map(({ name }) => name).join(' ')
  const passed = command
    .split(' ')
    .filter(Boolean)
    .map((word) => `__fish_seen_subcommand_from ${word}`)
  const here = when([...passed, ...(names ? [`not __fish_seen_subcommand_from ${names}`] : [])].join('; and '))
  return [
    ...commands.map(({ name, summary }) => `${here} -a ${name}${about(summary)}`),
    ...(operands.length > 0 ? [`${here} -a ${quoteFish(operands.join(' '))}`] : []),
    ...(files ? [`${here} -F`] : []),
    ...options.map((option) => here + describe(option)),
  ]
}

function when(condition: string): string {
  return `complete -c rolecall -n ${quoteFish(condition)}`
}

function describe({ name, summary, value }: CompletedOption): string {
  return ` -l ${name.slice(2)}${complete(value)}${about(summary)}`
}

function complete(value: CompletedOption['value']): string {
  if (value === 'none') return ''
  if (value === 'any') return ' -x'
  if (value === 'files') return ' -r -F'
  return ` -x -a ${quoteFish(value === 'profiles' ? '(rolecall profiles --names 2>/dev/null)' : value.join(' '))}`
}

function about(summary: string): string {
  return ` -d ${quoteFish(summary)}`
}
