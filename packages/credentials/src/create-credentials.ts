/** A source of credentials, put together: the options, the chain, what is on top, and what keeps it all fresh. */
import { type Found, firstOf } from './chain.ts'
import { checkOptions } from './check-options.ts'
import { callInTime } from './clients/callback.ts'
import type { InstanceRole } from './clients/instance-role.ts'
import { loadSelectedProfile, regionOf } from './clients/selected-profile.ts'
import { connectToSts } from './clients/sts-connection.ts'
import { defaultChain } from './default-chain.ts'
import { CredentialsError, isCredentialsError } from './errors.ts'
import { checkRegion, chooseRegion } from './formats/region.ts'
import type { CredentialRequest, CredentialSource } from './model/credential-source.ts'
import type { CredentialStore } from './model/credential-store.ts'
import type { Credentials } from './model/credentials.ts'
import type { CredentialsOptions } from './model/credentials-options.ts'
import type { CredentialEvent } from './model/event.ts'
import type { Host } from './model/host.ts'
import type { Provider, ProviderContext, Trace } from './model/provider.ts'
import type { RoleOptions } from './model/role.ts'
import type { Sessions } from './model/sessions.ts'
import { nodeHost } from './node.ts'
import { fromAssumeRole } from './providers/assume-role.ts'
import { createRefresher, type FetchRequest } from './refresh.ts'
import { findShadowed } from './shadowing.ts'
import type { SessionRequest } from './store/sessions.ts'

/** What one call adds to the options. */
interface Asked {
  readonly signal?: AbortSignal | undefined
  readonly trace?: Trace
  readonly request?: FetchRequest
  readonly clientRegion?: string | undefined
}

/**
 * A source of AWS credentials for as long as the program runs. Does nothing until it is called.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function createCredentials(options: CredentialsOptions = {}): CredentialSource {
  const host = options.host ?? nodeHost()
  const providers = options.sources ?? defaultChain(options)
  const roles = [options.role ?? []].flat() as readonly RoleOptions[]
  let instance: InstanceRole | undefined
  const emit = (event: CredentialEvent): void => {
    try {
      options.onEvent?.(event)
    } catch {
      // a listener's trouble is not the caller's
    }
  }

  const used = new Set<string>()
  const eventTrace = warnOnce(emit, host, used)

  const contextWith = ({ clientRegion, trace, ...asked }: Asked = {}): ProviderContext => {
    const { profile, region, configFile, credentialsFile, mfaCode, store = 'memory', advisoryWindowSeconds } = options
    let { signal } = asked
    const context: ProviderContext = {
      host,
      /** Made where it is asked for: what only reads variables and files waits for nobody, and is not slowed by it. */
      get signal() {
        signal ??= new AbortController().signal
        return signal
      },
      profile,
      region,
      clientRegion,
      configFile,
      credentialsFile,
      mfaCode,
      trace,
    }
    if (store === 'memory') return context
    const request = { ...asked.request, advisoryWindowSeconds }
    return Object.assign(context, { sessions: sessionsOnDemand(context, store, request) })
  }

  let client: CredentialRequest['callerClientConfig']
  const readClientRegion = async (): Promise<string | undefined> => {
    const region = client?.region
    if (!region) return undefined
    const callback = { ...contextWith(), source: 'region', name: 'the region of the client' }
    return callInTime(callback, region).catch(() => undefined) // it will say so itself
  }

  const onTop = roles.map((role) => ({ roleArn: role.roleArn, over: roleOver(role) }))
  const rolesOver = (keys: Credentials | undefined): typeof onTop => {
    const winner = providers.find(({ name }) => name === keys?.source)
    return winner?.role !== undefined && winner.role === roles[0] ? onTop.slice(1) : onTop
  }

  const resolve = async (request: FetchRequest): Promise<Found> => {
    checkOptions(options)
    const context = contextWith({ trace: eventTrace, request, clientRegion: await readClientRegion() })
    let found = await firstOf(providers, context)
    for (const warning of findShadowed(providers, found.credentials.source, used, host.env)) eventTrace.warn(warning)
    for (const { over } of rolesOver(found.credentials)) found = await firstOf([over(found.credentials)], context)
    return found
  }

  const refresher = createRefresher({
    host,
    advisoryWindowSeconds: options.advisoryWindowSeconds,
    onEvent: emit,
    fetch: resolve,
  })

  const get = (request: CredentialRequest = {}): Promise<Credentials> => {
    if (request.signal?.aborted) return Promise.reject(request.signal.reason)
    client = request.callerClientConfig ?? client
    const credentials = refresher.get(request)
    return request.signal ? abandon(credentials, request.signal) : credentials
  }

  return Object.assign(get, {
    memoized: true as const,
    explain: async ({ signal }: { readonly signal?: AbortSignal } = {}) => {
      const { explainChain } = await import('./explain.ts')
      const check = (): void => checkOptions(options)
      return explainChain({ providers, rolesOver, context: contextWith({ signal }), check, findInstanceRegion })
    },
    region: async () => {
      const context = contextWith()
      const named = chooseRegion({ option: options.region, env: host.env })
      const region = named ? checkRegion(named) : regionOf(await loadSelectedProfile(context), context)
      const name = region?.name ?? (await findInstanceRegion(context))
      if (name !== undefined) return name
      const remedy = 'Set AWS_REGION, or region in the profile'
      throw new CredentialsError('nothing names a region', { code: 'REGION_MISSING', source: 'region', remedy })
    },
    identity: async () => {
      const context = contextWith()
      const keys = await get()
      const sts = connectToSts(context, await loadSelectedProfile(context), keys.source)
      const { getCallerIdentity } = await import('./clients/sts.ts')
      return getCallerIdentity(sts, keys)
    },
    invalidate: refresher.invalidate,
  })

  async function findInstanceRegion(context: ProviderContext): Promise<string | undefined> {
    const { createInstanceRole } = await import('./clients/instance-role.ts')
    instance ??= createInstanceRole({}, 'region')
    const name = await instance.getRegion(context).catch((error: unknown) => {
      context.signal.throwIfAborted()
      if (!isCredentialsError(error)) throw error
      return undefined
    })
    return name === undefined ? undefined : checkRegion({ name, chosenBy: 'the instance' }).name
  }
}

function roleOver(role: RoleOptions): (keys: Credentials) => Provider {
  return (keys) => fromAssumeRole({ ...role, source: { name: keys.source, provide: async () => keys } })
}

/** Few programs come to need the store: it is loaded when there is a session to look for. */
function sessionsOnDemand(
  context: ProviderContext,
  store: 'shared' | CredentialStore,
  request: SessionRequest,
): Sessions {
  let sessions: Promise<Sessions> | undefined
  const open = async (): Promise<Sessions> => {
    const { openSessions } = await import('./store/open-sessions.ts')
    return openSessions({ caller: context, store, request })
  }
  return {
    async get(name, ask) {
      sessions ??= open()
      return (await sessions).get(name, ask)
    },
  }
}

/** Each warning once, however often the credentials are renewed. */
function warnOnce(emit: (event: CredentialEvent) => void, host: Host, used: Set<string>): Trace {
  const told = new Set<string>()
  return {
    fact: () => {},
    step: () => {},
    at: () => {},
    use: (source) => used.add(source),
    warn({ code, text }) {
      if (told.has(text)) return
      told.add(text)
      emit({ type: 'warning', at: new Date(host.now()), source: 'credentials', code, text })
    },
  }
}

/** Ends the wait of a caller who gives up, not the work that others wait for. */
async function abandon<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {})
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    if (stop) signal.removeEventListener('abort', stop)
  }
}
