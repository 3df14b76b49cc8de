/** What `rolecall serve` does: credentials first, then the server, until somebody ends it. */
import { resolve } from 'node:path'
import { waitForEndSignal } from '../end-signal.ts'
import { SCRIPTS } from '../formats/index.ts'
import { writeOut } from '../output.ts'
import { knownRegion } from '../session.ts'
import { openEndpoint } from './endpoint.ts'
import { isPassing } from './failure-answer.ts'
import { endSoon } from './linger.ts'
import { createReport } from './report.ts'
import { type ServedProfile, type ServeValues, serveProfile } from './served-profile.ts'

export interface ServeOptions {
  readonly values: ServeValues
  /** The first is at `/`. */
  readonly profiles: readonly string[]
  readonly port: number
  readonly socketPath: string | undefined
  readonly tokenFile: string | undefined
  readonly imds: boolean
  readonly format: string
  readonly json: boolean
}

/** @returns the exit status, once a signal has ended it. */
export async function serve(options: ServeOptions): Promise<number> {
  const { values, port, socketPath, tokenFile, imds, format, json } = options
  const report = createReport(json)
  const names = options.profiles.length > 0 ? [...new Set(options.profiles)] : [undefined]
  const profiles = names.map((name) => serveProfile(name, values, { forInstances: imds, listener: report }))
  const [winner] = await findFirst(profiles)
  const region = await knownRegion({ ...values, profile: names[0] }, winner ?? '')

  const endpoint = await openEndpoint({ profiles, region, port, socketPath, tokenFile, imds })
  const end = waitForEndSignal()
  writeOut(json ? `${JSON.stringify({ env: endpoint.variables })}\n` : script(format, endpoint.variables))
  report.ready(endpoint, socketPath && resolve(socketPath), names)
  const signal = await end
  await endpoint.close()
  report.stopped(signal)
  endSoon()
  return 0
}

/**
 * What is wrong here ends it; what may be gone in a minute does not, and a machine that starts has no network at first.
 *
 * One after the other: each may ask a person.
 *
 * @returns the source of each profile's first credentials.
 */
async function findFirst(profiles: readonly ServedProfile[]): Promise<(string | undefined)[]> {
  const sources: (string | undefined)[] = []
  for (const { kept } of profiles) {
    try {
      sources.push((await kept.get()).credentials.source)
    } catch (error) {
      if (!isPassing(error)) throw error
      sources.push(undefined)
    }
  }
  return sources
}

function script(format: string, variables: Readonly<Record<string, string>>): string {
  return SCRIPTS[format]?.(Object.entries(variables)) ?? ''
}
