/**
 * Where a person signs in, for a start URL of the user's own domain: it redirects, once, to an access portal of AWS. It
 * is asked at a sign-in alone; what is kept is filed under the URL of the settings.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/userguide/howtochangeURL.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import { partitionOf } from '../formats/partitions.ts'
import { checkRegion } from '../formats/region.ts'
import { isAccessPortal, regionOfPortal, startUrlOf } from '../formats/sso-start-url.ts'
import { type Reply, request } from './request.ts'
import { failSso, type SsoConnection } from './sso-connection.ts'

const TIMEOUT_MS = 10_000
const REDIRECTS = [301, 302, 303, 307, 308]
/** Of a server that does not know HEAD. */
const UNKNOWN_METHOD = [405, 501]

/**
 * A service that is not of AWS knows its own start URLs: one that leads nowhere is given to it as it is.
 *
 * @returns a connection to the region of the portal, with its start URL.
 * @throws CredentialsError `CONFIG_INVALID` for one that does not lead to AWS; `SOURCE_UNREACHABLE`, `TIMEOUT`.
 */
export async function followStartUrl(sso: SsoConnection): Promise<SsoConnection> {
  const url = URL.canParse(sso.startUrl) ? new URL(sso.startUrl) : undefined
  if (url?.protocol === 'https:' && isAccessPortal(url)) return sso
  try {
    return await follow(sso, url)
  } catch (error) {
    sso.signal.throwIfAborted()
    if (error instanceof CredentialsError && !isOfAws(sso)) return sso
    throw error
  }
}

async function follow(sso: SsoConnection, url: URL | undefined): Promise<SsoConnection> {
  if (url?.protocol !== 'https:') throw refuse(sso, 'is no https address')
  const portal = await readRedirect(sso, url)
  if (!portal) throw refuse(sso, 'is no access portal of AWS, and leads to none')
  if (portal.protocol !== 'https:' || !isAccessPortal(portal)) throw refuse(sso, `leads to ${portal.origin}`)

  const region = regionOfPortal(portal)
  const startUrl = startUrlOf(portal)
  if (region === undefined) return { ...sso, startUrl }
  checkRegion({ name: region, chosenBy: portal.origin }, sso.location)
  return { ...sso, startUrl, region, endpointOf: (service) => sso.endpointOf(service, region) }
}

async function readRedirect(sso: SsoConnection, url: URL): Promise<URL | undefined> {
  const first = await ask(sso, url, 'HEAD')
  const { status, headers } = UNKNOWN_METHOD.includes(first.status) ? await ask(sso, url, 'GET') : first
  const location = headers.get('location') ?? ''
  if (!REDIRECTS.includes(status) || !URL.canParse(location, url.href)) return undefined
  return new URL(location, url)
}

async function ask(sso: SsoConnection, url: URL, method: string): Promise<Reply> {
  const { host, source, signal, location } = sso
  const ca = await sso.readCa()
  return request(host, { source, url, method, ca, takesRedirect: true, timeoutMs: TIMEOUT_MS, signal, location })
}

function isOfAws(sso: SsoConnection): boolean {
  const { suffix, dualStackSuffix } = partitionOf(sso.region)
  const { hostname } = sso.endpointOf('oidc')
  return [suffix, dualStackSuffix].some((domain) => hostname.endsWith(`.${domain}`))
}

function refuse(sso: SsoConnection, problem: string): CredentialsError {
  return failSso(sso, 'CONFIG_INVALID', `sso_start_url ${problem}`, 'Set it to the address of the AWS access portal')
}
