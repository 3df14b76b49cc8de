import { type CompletedOption, listValued, type Words } from './words.ts'

/** Runs in bash 3.2, and without the bash-completion package. Profile names are never expanded: they are not ours. */
export function renderBash(words: Words): string {
  const { commands, options } = words
  const valued = listValued(words)
  const names = (all: readonly { name: string }[]): string => all.map(({ name }) => name).join(' ')
  return `# rolecall completion bash
_rolecall() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= candidates= word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      --)
        if ((i == COMP_CWORD - 1)); then COMPREPLY=($(compgen -c -- "$current")); fi
        return ;;
      ${valued.map(({ name }) => name).join('|')}) ((i++)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$word; fi ;;
    esac
  done
  case $previous in
${valued.map((option) => `    ${option.name}) ${completeValue(option)} ;;\n`).join('')}  esac
  case $command in
    '') candidates='${names(commands)}' ;;
${commands.map(({ name, options, arguments: given }) => `    ${name}) candidates='${[...given, names(options)].join(' ').trim()}' ;;\n`).join('')}  esac
  COMPREPLY=($(compgen -W "$candidates ${names(options)} --" -- "$current"))
}
complete -o default -F _rolecall rolecall
`
}

function completeValue({ value }: CompletedOption): string {
  if (value === 'profiles')
    return `while IFS= read -r word; do
        if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
      done < <(rolecall profiles --names 2>/dev/null)
      return`
  if (typeof value === 'string') return 'return'
  return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$current")); return`
}
