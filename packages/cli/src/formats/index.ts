import { formatCmd } from './cmd.ts'
import { formatDotenv } from './dotenv.ts'
import { formatEnv } from './env.ts'
import { formatFish } from './fish.ts'
import type { Format } from './handout.ts'
import { formatIni } from './ini.ts'
import { formatJson, formatProcess } from './json.ts'
import { formatPowershell } from './powershell.ts'

/** The formats that are text on stdout. `github` is another thing: it writes to a file. */
export const TEXT_FORMATS: Readonly<Record<string, Format>> = {
  process: formatProcess,
  env: formatEnv,
  fish: formatFish,
  powershell: formatPowershell,
  cmd: formatCmd,
  dotenv: formatDotenv,
  ini: formatIni,
  json: formatJson,
}
