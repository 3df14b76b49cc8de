/**
 * The home folder of a person who has signed in with IAM Identity Center: config file and token cache.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html
 * @module
 */
import { createHash } from 'node:crypto'
import { formatInstant } from '../clock.ts'
import type { PrivateFolder } from '../private-folder.ts'
import type { World } from '../world.ts'
import { DEVICE_GRANT } from './clients.ts'
import type { IdentityCenter } from './identity-center.ts'

const HOME = 'sso-home'
const SESSION = 'sandbox'

export interface SsoHome {
  readonly path: string
  readonly configFile: string
  /** Selects a profile with an sso-session. */
  readonly profile: string
}

/**
 * The profiles: `sso` and `sso-admin` with the sso-session `sandbox`, whose token can be refreshed, and `sso-legacy`
 * without.
 */
export async function writeSsoHome(world: World, center: IdentityCenter, folder: PrivateFolder): Promise<SsoHome> {
  const configFile = await folder.write(`${HOME}/.aws/config`, writeConfig(world, center))
  const caches = [
    [SESSION, createCache(world, center, ['sso:account:access'])],
    [center.startUrl, createCache(world, center, [])],
  ] as const
  for (const [key, cache] of caches) {
    const name = createHash('sha1').update(key).digest('hex')
    await folder.write(`${HOME}/.aws/sso/cache/${name}.json`, JSON.stringify(cache))
  }
  return { path: await folder.path(HOME), configFile, profile: 'sso' }
}

function writeConfig({ account, region }: World, { startUrl }: IdentityCenter): string {
  const session = [`sso_start_url = ${startUrl}`, `sso_region = ${region}`]
  const role = (name: string): string[] => [
    `sso_account_id = ${account.id}`,
    `sso_role_name = ${name}`,
    `region = ${region}`,
  ]
  return [
    `[sso-session ${SESSION}]`,
    ...session,
    'sso_registration_scopes = sso:account:access',
    '[profile sso]',
    `sso_session = ${SESSION}`,
    ...role('ReadOnly'),
    '[profile sso-admin]',
    `sso_session = ${SESSION}`,
    ...role('Admin'),
    '[profile sso-legacy]',
    ...session,
    ...role('ReadOnly'),
    '',
  ].join('\n')
}

/** A client that asks for no scope gets no refresh token, as those from before sso-sessions. */
function createCache({ region }: World, { startUrl, clients, tokens }: IdentityCenter, scopes: string[]): object {
  const grantTypes = [DEVICE_GRANT, 'refresh_token']
  const client = clients.register({ name: 'sandbox', scopes, grantTypes, redirectUris: [] })
  const { accessToken, expiresAt, refreshToken } = tokens.begin(client)
  return {
    startUrl,
    region,
    accessToken,
    expiresAt: formatInstant(expiresAt),
    ...(refreshToken !== undefined && {
      clientId: client.id,
      clientSecret: client.secret,
      registrationExpiresAt: formatInstant(client.expiresAt),
      refreshToken,
    }),
  }
}
