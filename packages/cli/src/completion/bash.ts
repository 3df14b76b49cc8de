import { type CompletedOption, groupByValue, listValued, type Words } from './words.ts'

/** Runs in bash 3.2, and without the bash-completion package. Profile names are never expanded: they are not ours. */
export function renderBash(words: Words): string {
  const { places, options } = words
  const names = (all: readonly { name: string }[]): string[] => all.map(({ name }) => name)
  const groups = places.filter(({ commands }) => commands.length > 0).map(({ command }) => `'${command}'`)
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
      ${listValued(words).join('|')}) ((i++)) ;;
      -*) ;;
      *) case $command in ${groups.join('|')}) command="\${command:+$command }$word" ;; esac ;;
    esac
  done
  case $command:$previous in
${places.map(({ command, options }) => completeValues(`'${command}'`, options)).join('')}${completeValues('*', options)}  esac
  case $command in
${places.map(({ command, commands, operands, options }) => `    '${command}') candidates='${[...names(commands), ...operands, ...names(options)].join(' ')}' ;;\n`).join('')}  esac
  COMPREPLY=($(compgen -W "$candidates ${names(options).join(' ')} --" -- "$current"))
}
complete -o default -F _rolecall rolecall
`
}

function completeValues(command: string, options: readonly CompletedOption[]): string {
  return groupByValue(options)
    .map(
      ({ names, value }) => `    ${names.map((name) => `${command}:${name}`).join('|')}) ${completeValue(value)} ;;\n`,
    )
    .join('')
}

function completeValue(value: CompletedOption['value']): string {
  if (value === 'profiles')
    return `while IFS= read -r word; do
        if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
      done < <(rolecall profiles --names 2>/dev/null)
      return`
  if (typeof value === 'string') return 'return'
  return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$current")); return`
}
