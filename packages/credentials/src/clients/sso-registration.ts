/**
 * The client that a person lets in: registered once for a session, and kept in the file of the AWS CLI.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
 * @module
 */
import { describeRegistration, parseRegistration, type SignInGrant } from '../formats/sso-registration.ts'
import type { SsoClient } from '../formats/sso-token.ts'
import { errorCode } from './file-error.ts'
import { locateRegistration, readCacheFile, writeCacheFile } from './sso-cache.ts'
import type { SsoConnection } from './sso-connection.ts'
import { registerClient } from './sso-oidc.ts'

const CLIENT_NAME = 'rolecall'
/** A client that ends sooner is not used for a new sign-in: it would take the sign-in with it. */
const WINDOW_MS = 15 * 60_000
const CODE_GRANTS = ['authorization_code', 'refresh_token']
/** Of a session that asks for none: without a scope there would be no refresh token. */
const DEFAULT_SCOPES = ['sso:account:access']
/** Registered without a port: the browser may be sent to any. */
const REDIRECT_URI = 'http://127.0.0.1/oauth/callback'

/** What a browser is asked to let in. */
export function scopesForCodes({ session }: SsoConnection): readonly string[] {
  return session.scopes.length > 0 ? session.scopes : DEFAULT_SCOPES
}

/** The address that a browser is sent back to, where a server listens on this port. */
export function redirectUriAt(port: number): string {
  return REDIRECT_URI.replace('127.0.0.1', `127.0.0.1:${port}`)
}

/** @param renew passes over the one that is kept: the service has forgotten it. */
export async function getClient(sso: SsoConnection, grant: SignInGrant, renew = false): Promise<SsoClient> {
  const { host, session, source } = sso
  const file = await locateRegistration(host, { ...session, region: sso.region }, source)
  const kept = renew ? undefined : parseRegistration((await readCacheFile(host, file, source)) ?? '', grant)
  if (kept && kept.expiresAt.getTime() - host.now() >= WINDOW_MS) return kept

  const forCodes = grant === 'authorization_code'
  const scopes = forCodes ? scopesForCodes(sso) : session.scopes
  const client = await registerClient(sso, {
    clientName: CLIENT_NAME,
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(forCodes ? { grantTypes: CODE_GRANTS, redirectUris: [REDIRECT_URI], issuerUrl: sso.startUrl } : {}),
  })
  const entry = describeRegistration(client, scopes, forCodes ? CODE_GRANTS : undefined)
  await writeCacheFile(host, file, entry).catch((error: unknown) => {
    sso.trace?.warn({
      code: 'REGISTRATION_NOT_SAVED',
      text: `the registered client could not be written to ${file}${errorCode(error)}`,
      remedy: 'Make it a file that you may write.',
    })
  })
  return client
}
