import { quotePowershell } from '../formats/powershell.ts'
import { type CompletedOption, listValued, type Word, type Words } from './words.ts'

/** Runs in Windows PowerShell 5.1 too. */
export function renderPowershell(words: Words): string {
  const { commands, options } = words
  const valued = listValued(words)
  return `# rolecall completion powershell
Register-ArgumentCompleter -Native -CommandName rolecall -ScriptBlock {
  param($current, $ast, $position)
  $before = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($before -contains '--') { return }
  $valued = @(${list(valued.map(({ name }) => name))})
  $command = ''
  for ($i = 0; $i -lt $before.Count; $i++) {
    if ($valued -contains $before[$i]) { $i++ }
    elseif ($before[$i] -notlike '-*' -and -not $command) { $command = $before[$i] }
  }
  $previous = if ($before.Count) { $before[-1] } else { '' }
  $candidates = switch ($previous) {
${valued.map((option) => `    '${option.name}' { ${completeValue(option)} }\n`).join('')}    default {
      switch ($command) {
        '' { ${pairs(commands)} }
${commands.map(({ name, options, arguments: given }) => `        '${name}' { ${pairs([...given.map((word) => ({ name: word, summary: word })), ...options])} }\n`).join('')}      }
      ${pairs(options)}
    }
  }
  $candidates | Where-Object { $_ -and $_[0] -like "$current*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`
}

/** Each word with its summary, as the comma that keeps PowerShell from flattening the pairs. */
function pairs(words: readonly Word[]): string {
  return words.map(({ name, summary }) => `,@(${list([name, summary])})`).join('; ')
}

function completeValue({ value }: CompletedOption): string {
  if (value === 'profiles') return 'rolecall profiles --names 2>$null | ForEach-Object { ,@($_, $_) }'
  return typeof value === 'string' ? '' : pairs(value.map((name) => ({ name, summary: name })))
}

function list(words: readonly string[]): string {
  return words.map(quotePowershell).join(', ')
}
