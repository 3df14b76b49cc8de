import type { CommandGroup } from '../command.ts'
import { renderBash } from './bash.ts'
import { renderFish } from './fish.ts'
import { renderPowershell } from './powershell.ts'
import { listWords, type Words } from './words.ts'
import { renderZsh } from './zsh.ts'

const RENDERERS: Readonly<Record<'bash' | 'zsh' | 'fish' | 'powershell', (words: Words) => string>> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
  powershell: renderPowershell,
}

/** The script that makes a shell complete the words of this command line. */
export async function renderCompletion(shell: keyof typeof RENDERERS, root: CommandGroup): Promise<string> {
  return RENDERERS[shell](await listWords(root))
}
