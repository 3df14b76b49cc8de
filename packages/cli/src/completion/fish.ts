import { quoteFish } from '../formats/fish.ts'
import type { CompletedOption, Words } from './words.ts'

/** What follows `--` is completed as the command line that it is. */
const COMPLETE_CHILD = `function __rolecall_complete_child
  set -l words (commandline -opc) (commandline -ct)
  set -l end (contains -i -- -- $words)
  complete -C (string join ' ' -- $words[(math $end + 1)..-1])
end
`

export function renderFish({ commands, options }: Words): string {
  const names = commands.map(({ name }) => name).join(' ')
  const lines = [
    'complete -c rolecall -f',
    ...commands.map(
      ({ name, summary }) => `${when(`not __fish_seen_subcommand_from ${names}`)} -a ${name}${about(summary)}`,
    ),
    ...commands.flatMap(({ name, options, arguments: given }) => {
      const inside = when(`__fish_seen_subcommand_from ${name}`)
      return [
        ...(given.length > 0 ? [`${inside} -a ${quoteFish(given.join(' '))}`] : []),
        ...options.map((option) => inside + describe(option)),
      ]
    }),
    ...options.map((option) => `complete -c rolecall${describe(option)}`),
    `${when('contains -- -- (commandline -opc)')} -a ${quoteFish('(__rolecall_complete_child)')}`,
  ]
  return `# rolecall completion fish
${COMPLETE_CHILD}${lines.map((line) => `${line}\n`).join('')}`
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
