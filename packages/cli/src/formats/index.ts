import { scriptCmd } from './cmd.ts'
import { scriptDotenv } from './dotenv.ts'
import { scriptEnv } from './env.ts'
import { scriptFish } from './fish.ts'
import { type Format, listVariables, type Script } from './handout.ts'
import { formatIni } from './ini.ts'
import { formatJson, formatProcess } from './json.ts'
import { scriptPowershell } from './powershell.ts'

/** For any variables, whoever has them set. */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  env: scriptEnv,
  fish: scriptFish,
  powershell: scriptPowershell,
  cmd: scriptCmd,
  dotenv: scriptDotenv,
}

/** The formats that are text on stdout. `github` is another thing: it writes to a file. */
export const TEXT_FORMATS: Readonly<Record<string, Format>> = {
  process: formatProcess,
  ...Object.fromEntries(
    Object.entries(SCRIPTS).map(([name, script]): [string, Format] => [
      name,
      (handout) => script(listVariables(handout)),
    ]),
  ),
  ini: formatIni,
  json: formatJson,
}
