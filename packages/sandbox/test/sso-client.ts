import type { Sandbox } from '@rolecall/sandbox'
import { type Answered, createAddress, createPkce, type Json, post, readQuery } from './oauth-client.ts'

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
export const REDIRECT_URI = 'http://127.0.0.1:54321/oauth/callback'

/** Registered as the AWS CLI registers for authorization codes. */
export const PKCE_CLIENT = {
  clientName: 'aws-cli',
  clientType: 'public',
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['http://127.0.0.1/oauth/callback'],
  issuerUrl: 'https://example.awsapps.com/start',
  scopes: ['sso:account:access'],
}

/** Registered as the AWS CLI registers for device codes. */
export const DEVICE_CLIENT = { clientName: 'aws-cli', clientType: 'public', scopes: ['sso:account:access'] }

export interface Registered {
  readonly clientId: string
  readonly clientSecret: string
}

export async function register(sandbox: Sandbox, client: Json): Promise<Registered> {
  const { body } = await post(sandbox, '/client/register', client)
  return { clientId: String(body['clientId']), clientSecret: String(body['clientSecret']) }
}

export function createToken(sandbox: Sandbox, body: Json): Promise<Answered> {
  return post(sandbox, '/token', body)
}

export function describeAuthorize(
  sandbox: Sandbox,
  clientId: string,
  challenge: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  return createAddress(`${sandbox.url}/authorize`, {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    state: 'a-state',
    code_challenge_method: 'S256',
    code_challenge: challenge,
    scopes: 'sso:account:access',
    ...changes,
  })
}

/** All that a client has after a person has let it in. */
export async function signIn(sandbox: Sandbox): Promise<{ client: Registered; token: Json }> {
  const client = await register(sandbox, PKCE_CLIENT)
  const { verifier, challenge } = createPkce()
  const { code } = readQuery(await sandbox.visit(describeAuthorize(sandbox, client.clientId, challenge)))
  const exchange = { grantType: 'authorization_code', code, codeVerifier: verifier, redirectUri: REDIRECT_URI }
  return { client, token: (await createToken(sandbox, { ...client, ...exchange })).body }
}
