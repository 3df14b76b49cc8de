import { expect } from 'vitest'
import type { Trace, Warning } from '../src/model/provider.ts'
import { type Content, type FakeHost, fakeHost, type World } from './fake-host.ts'

export const NOW = '2026-01-01T00:00:00Z'
export const START_URL = 'https://example.awsapps.com/start'
const CACHE = '/home/user/.aws/sso/cache'
/** The vectors of the AWS CLI: a session's name, and a start URL. */
export const SESSION_FILE = `${CACHE}/0ad374308c5a4e22f723adf10145eafad7c4031c.json`
export const LEGACY_FILE = `${CACHE}/e8be5486177c5b5392bd9aa76563515b29358e6e.json`
/** Of the same session in us-west-2, for the scope sso:account:access. */
export const REGISTRATION_FILE = `${CACHE}/1e036d6cc33d2f2694500b80568ea388d5579aee.json`

const OIDC = 'https://oidc.us-west-2.amazonaws.com'
export const TOKEN_URL = `POST ${OIDC}/token`
export const REGISTER_URL = `POST ${OIDC}/client/register`
export const DEVICE_URL = `POST ${OIDC}/device_authorization`
export const AUTHORIZE_PAGE = `${OIDC}/authorize`
const PORTAL = 'https://portal.sso.us-west-2.amazonaws.com'
export const ROLE_URL = `GET ${PORTAL}/federation/credentials?role_name=Admin&account_id=123456789012`
export const LOGOUT_URL = `POST ${PORTAL}/logout`

export const CONFIG = `
[sso-session my-sso]
sso_start_url = ${START_URL}
sso_region = us-west-2
sso_registration_scopes = sso:account:access
[sso-session half]
sso_start_url = ${START_URL}
[profile dev]
sso_session = my-sso
sso_account_id = 123456789012
sso_role_name = Admin
region = eu-central-1
[profile legacy]
sso_start_url = ${START_URL}
sso_region = us-west-2
sso_account_id = 123456789012
sso_role_name = Admin
[profile token-only]
sso_session = my-sso
[profile no-role]
sso_session = my-sso
sso_account_id = 123456789012
[profile no-section]
sso_session = nowhere
sso_account_id = 123456789012
sso_role_name = Admin
[profile half]
sso_session = half
sso_account_id = 123456789012
sso_role_name = Admin
[profile differs]
sso_session = my-sso
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Admin
[profile bad-region]
sso_start_url = ${START_URL}
sso_region = us-west-2.evil.example/
sso_account_id = 123456789012
sso_role_name = Admin
[profile with-process]
sso_session = my-sso
sso_account_id = 123456789012
sso_role_name = Admin
credential_process = not-run
[profile chained]
role_arn = arn:aws:iam::999999999999:role/Next
source_profile = dev
[profile plain]
region = us-east-1
`

/** No error, warning or fact may hold one of these. */
export const SECRETS = [
  'old-access-token',
  'new-access-token',
  'other-access-token',
  'old-refresh-token',
  'new-refresh-token',
  'other-refresh-token',
  'the-client-secret',
  'the-secret-of-the-role',
  'the-session-token-of-the-role',
  'the-device-code',
  'the-authorization-code',
]

/** Expired, and good to be renewed. */
export function tokenFile(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    startUrl: START_URL,
    region: 'us-west-2',
    accessToken: 'old-access-token',
    expiresAt: '2025-12-31T23:59:00Z',
    clientId: 'the-client-id',
    clientSecret: 'the-client-secret',
    registrationExpiresAt: '2026-02-01T00:00:00Z',
    refreshToken: 'old-refresh-token',
    colour: 'blue',
    ...changes,
  })
}

export const inMinutes = (minutes: number): string =>
  new Date(Date.parse(NOW) + minutes * 60_000).toISOString().replace('.000Z', 'Z')

export const tokenAnswer = (changes: Record<string, unknown> = {}): Response =>
  Response.json({
    accessToken: 'new-access-token',
    expiresIn: 3600,
    refreshToken: 'new-refresh-token',
    tokenType: 'Bearer',
    ...changes,
  })

export const refusal = (error: string, status = 400): Response =>
  Response.json({ error, error_description: 'it holds old-refresh-token' }, { status })

export const roleAnswer = (changes: Record<string, unknown> = {}): Response =>
  Response.json({
    roleCredentials: {
      accessKeyId: 'ASIAROLEROLEROLE0001',
      secretAccessKey: 'the-secret-of-the-role',
      sessionToken: 'the-session-token-of-the-role',
      expiration: Date.parse('2026-01-01T08:00:00Z'),
      ...changes,
    },
  })

export function ssoWorld(world: World & { token?: Content } = {}): FakeHost {
  const { token, files, ...rest } = world
  return fakeHost({
    now: NOW,
    env: {},
    ...rest,
    files: {
      '/home/user/.aws/config': CONFIG,
      ...(token === undefined ? {} : { [SESSION_FILE]: token }),
      ...files,
    },
  })
}

/** What is in a JSON file of that world. */
export function readJson(host: FakeHost, path: string): Record<string, unknown> {
  const content = host.files[path]
  return JSON.parse(content instanceof Uint8Array ? new TextDecoder().decode(content) : String(content))
}

export interface Told extends Trace {
  readonly facts: Record<string, string>
  readonly warnings: Warning[]
}

export function listen(): Told {
  const facts: Record<string, string> = {}
  const warnings: Warning[] = []
  return {
    facts,
    warnings,
    fact: (name, value) => {
      facts[name] = value
    },
    step: () => {},
    at: () => {},
    use: () => {},
    warn: (warning) => {
      warnings.push(warning)
    },
  }
}

export function expectNoSecret(...told: unknown[]): void {
  for (const one of told) {
    const shown = one instanceof Error ? `${one.stack}${JSON.stringify(one)}${String(one.cause)}` : JSON.stringify(one)
    for (const secret of SECRETS) expect(shown).not.toContain(secret)
  }
}
