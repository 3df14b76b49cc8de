import { quotePowershell } from '../formats/powershell.ts'
import { type CompletedOption, groupByValue, listValued, type Place, type Word, type Words } from './words.ts'

/** Runs in Windows PowerShell 5.1 too. */
export function renderPowershell(words: Words): string {
  const { places, options } = words
  const groups = places.filter(({ commands }) => commands.length > 0).map(({ command }) => command)
  return `# rolecall completion powershell
Register-ArgumentCompleter -Native -CommandName rolecall -ScriptBlock {
  param($current, $ast, $position)
  $before = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($before -contains '--') { return }
  $valued = @(${list(listValued(words))})
  $groups = @(${list(groups)})
  $command = ''
  for ($i = 0; $i -lt $before.Count; $i++) {
    if ($valued -contains $before[$i]) { $i++ }
    elseif ($before[$i] -notlike '-*' -and $groups -contains $command) { $command = "$command $($before[$i])".Trim() }
  }
  $previous = if ($before.Count) { $before[-1] } else { '' }
  $candidates = @(switch ("\${command}:$previous") {
${places.map(({ command, options }) => completeValues(command, options)).join('')}    default {
      switch ($previous) {
${groupByValue(options)
  .map(({ names, value }) => `        { $_ -in ${list(names)} } { ${completeValue(value)} }\n`)
  .join('')}        default {
          switch ($command) {
${places.map((place) => `            '${place.command}' { ${listCandidates(place)} }\n`).join('')}          }
          ${pairs(options)}
        }
      }
    }
  }
  $candidates | Where-Object { $_ -and $_[0] -like "$current*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`
}

function completeValues(command: string, options: readonly CompletedOption[]): string {
  return groupByValue(options)
    .map(
      ({ names, value }) =>
        `    { $_ -in ${list(names.map((name) => `${command}:${name}`))} } { ${completeValue(value)} }\n`,
    )
    .join('')
}

function listCandidates({ commands, operands, options }: Place): string {
  return pairs([...commands, ...operands.map((word) => ({ name: word, summary: word })), ...options])
}

/** Each word with its summary, as the comma that keeps PowerShell from flattening the pairs. */
function pairs(words: readonly Word[]): string {
  return words.map(({ name, summary }) => `,@(${list([name, summary])})`).join('; ')
}

function completeValue(value: CompletedOption['value']): string {
  if (value === 'profiles') return 'rolecall profiles --names 2>$null | ForEach-Object { ,@($_, $_) }'
  return typeof value === 'string' ? '' : pairs(value.map((name) => ({ name, summary: name })))
}

function list(words: readonly string[]): string {
  return words.map(quotePowershell).join(', ')
}
