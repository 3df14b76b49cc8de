import { quotePosix } from '../formats/env.ts'
import { type CompletedOption, groupByValue, listValued, type Place, type Word, type Words } from './words.ts'

/** Works by autoload from `fpath` and when it is sourced. Profile names are never expanded: they are not ours. */
export function renderZsh(words: Words): string {
  const { places, options } = words
  const groups = places.filter(({ commands }) => commands.length > 0).map(({ command }) => `'${command}'`)
  return `#compdef rolecall
# rolecall completion zsh
_rolecall() {
  local command= word
  local -a candidates
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case $word in
      --) shift $i words; ((CURRENT -= i)); _normal; return ;;
      ${listValued(words).join('|')}) ((i++)) ;;
      -*) ;;
      *) case $command in ${groups.join('|')}) command="\${command:+$command }$word" ;; esac ;;
    esac
  done
  case $command:$words[CURRENT-1] in
${places.map(({ command, options }) => completeValues(`'${command}'`, options)).join('')}${completeValues('*', options)}  esac
  case $command in
${places.map((place) => `    '${place.command}') ${listCandidates(place)} ;;\n`).join('')}  esac
  candidates+=(${describe(options)})
  _describe rolecall candidates
}
if [[ $funcstack[1] == _rolecall ]]; then _rolecall "$@"; else compdef _rolecall rolecall; fi
`
}

function listCandidates({ commands, operands, options, files }: Place): string {
  const candidates = [describe(commands), ...operands, describe(options)].filter(Boolean).join(' ')
  return `${files ? '_files; ' : ''}candidates=(${candidates})`
}

function describe(words: readonly Word[]): string {
  return words.map(({ name, summary }) => quotePosix(`${name}:${summary.replaceAll(':', '\\:')}`)).join(' ')
}

function completeValues(command: string, options: readonly CompletedOption[]): string {
  return groupByValue(options)
    .map(
      ({ names, value }) => `    ${names.map((name) => `${command}:${name}`).join('|')}) ${completeValue(value)} ;;\n`,
    )
    .join('')
}

function completeValue(value: CompletedOption['value']): string {
  if (value === 'profiles') return `compadd -- \${(f)"$(rolecall profiles --names 2>/dev/null)"}; return`
  if (value === 'files') return '_files; return'
  return typeof value === 'string' ? 'return' : `compadd -- ${value.join(' ')}; return`
}
