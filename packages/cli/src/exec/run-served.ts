/** Runs a command that gets its credentials from a server of its own, for as long as it runs. */

import { openEndpoint } from '../serve/endpoint.ts'
import { endSoon } from '../serve/linger.ts'
import { createReport } from '../serve/report.ts'
import { type ServeValues, serveProfile } from '../serve/served-profile.ts'
import { knownRegion } from '../session.ts'
import type { SourceValues } from '../sources.ts'
import { createServedEnvironment } from './child-environment.ts'
import { readConfigCopies, writeConfigCopies } from './config-copies.ts'
import { runChild } from './run-child.ts'

/** The command starts when the first credentials are there. Server, token and files end with it. */
export async function runServed(child: readonly string[], values: SourceValues & ServeValues): Promise<number> {
  const report = createReport(values.json, { forChild: true })
  const served = serveProfile(values.profile, values, { forInstances: false, listener: report })
  const { credentials } = await served.kept.get()
  const region = await knownRegion(values, credentials.source)
  const copies = await readConfigCopies()

  const endpoint = await openEndpoint({
    profiles: [served],
    region,
    port: 0,
    socketPath: undefined,
    tokenFile: undefined,
    imds: false,
  })
  try {
    const files = writeConfigCopies(copies, endpoint.folder)
    const env = createServedEnvironment(process, { ...endpoint.variables, ...files }, values.region)
    return await runChild(child, env, 'exec', () => report.ready(endpoint, undefined, [values.profile]))
  } finally {
    await endpoint.close()
    report.stopped()
    endSoon()
  }
}
