import type { CiName } from '../../formats/ci-marks.ts'
import { nameSession } from '../../formats/session-name.ts'
import type { Host } from '../../model/host.ts'
import { CIS } from './all.ts'

/** What the session of this run is called where nothing else names it. */
export function nameRun(ci: CiName, env: Host['env']): string | undefined {
  const { place, run } = CIS[ci].describeRun(env)
  return nameSession(ci, place, run)
}
