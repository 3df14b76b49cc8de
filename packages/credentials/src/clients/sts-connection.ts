/** Where STS is asked, from which region, and by whom. */
import type { Location } from '../errors.ts'
import { chooseEndpoint } from '../formats/endpoint.ts'
import { warnOfPlainHttp } from '../formats/token-endpoint.ts'
import type { Host } from '../model/host.ts'
import type { ProviderContext, Trace } from '../model/provider.ts'
import { regionOf, type SelectedProfile } from './selected-profile.ts'

/** Where nothing names a region, STS is asked here. */
const DEFAULT_REGION = 'us-east-1'
/** What SDKs take for a region is none: STS has one host for all, in us-east-1. */
const GLOBAL = 'aws-global'
const GLOBAL_HOST = { usual: 'sts.amazonaws.com', fips: 'sts-fips.us-east-1.amazonaws.com' }

export interface StsConnection {
  readonly host: Host
  readonly url: URL
  readonly region: string
  /** The provider that asks. */
  readonly source: string
  readonly signal: AbortSignal
  readonly readCa: () => Promise<string | undefined>
  readonly trace: Trace | undefined
  /** How often a call is sent again. Default: 3 times. */
  readonly retries?: number | undefined
  /** The setting that names the role, where a file does. */
  readonly location?: Location | undefined
}

/** @throws CredentialsError `REGION_INVALID`, `CONFIG_INVALID` before anything is sent. */
export function connectToSts(
  context: ProviderContext,
  selected: SelectedProfile,
  source: string,
  location?: Location,
): StsConnection {
  const { host, trace } = context
  const named = regionOf(selected, context)?.name ?? DEFAULT_REGION
  const [region, only] = named === GLOBAL ? [DEFAULT_REGION, { host: GLOBAL_HOST }] : [named]
  const { config, name: profile } = selected
  const url = chooseEndpoint({ service: 'sts', id: 'sts', region, env: host.env, config, profile, ...only })
  const warning = warnOfPlainHttp(url)
  if (warning) trace?.warn(warning)
  return {
    host,
    url,
    region,
    source,
    get signal() {
      return context.signal
    },
    readCa: async () => (await import('./ca-bundle.ts')).readCaBundle(host, selected, source),
    trace,
    location,
  }
}
