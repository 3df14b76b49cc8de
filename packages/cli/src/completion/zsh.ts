import { quotePosix } from '../formats/env.ts'
import { type CompletedOption, listValued, type Word, type Words } from './words.ts'

/** Works by autoload from `fpath` and when it is sourced. Profile names are never expanded: they are not ours. */
export function renderZsh(words: Words): string {
  const { commands, options } = words
  const valued = listValued(words)
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
      ${valued.map(({ name }) => name).join('|')}) ((i++)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$word; fi ;;
    esac
  done
  case $words[CURRENT-1] in
${valued.map((option) => `    ${option.name}) ${completeValue(option)} ;;\n`).join('')}  esac
  case $command in
    '') candidates=(${describe(commands)}) ;;
${commands.map(({ name, options, arguments: given }) => `    ${name}) candidates=(${[...given, describe(options)].join(' ').trim()}) ;;\n`).join('')}  esac
  candidates+=(${describe(options)})
  _describe rolecall candidates
}
if [[ $funcstack[1] == _rolecall ]]; then _rolecall "$@"; else compdef _rolecall rolecall; fi
`
}

function describe(words: readonly Word[]): string {
  return words.map(({ name, summary }) => quotePosix(`${name}:${summary.replaceAll(':', '\\:')}`)).join(' ')
}

function completeValue({ value }: CompletedOption): string {
  if (value === 'profiles') return `compadd -- \${(f)"$(rolecall profiles --names 2>/dev/null)"}; return`
  if (value === 'files') return '_files; return'
  return typeof value === 'string' ? 'return' : `compadd -- ${value.join(' ')}; return`
}
