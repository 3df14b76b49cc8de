/** Credentials for a code or a refresh token: the operation CreateOAuth2Token of the service model `signin` 2023-01-01. */
import { isAnswerTo, isVerifier } from '../oauth/authorization-request.ts'
import { type JsonBody, readJsonBody } from '../oauth/json-body.ts'
import { type Answer, answerJson, type CallNotes, type HttpRequest } from '../service.ts'
import type { World } from '../world.ts'
import { listAddresses } from './addresses.ts'
import { CROSS_DEVICE, SAME_DEVICE } from './authorize.ts'
import type { ProofVerifier } from './dpop.ts'
import { createRefusal, requestId } from './errors.ts'
import { CREDENTIALS_SECONDS, type IssuedCredentials, type LoginSessions } from './sessions.ts'

export const TOKEN_PATH = '/v1/token'

export async function createToken(
  request: HttpRequest,
  notes: CallNotes,
  world: World,
  { sessions, proofs }: { readonly sessions: LoginSessions; readonly proofs: ProofVerifier },
): Promise<Answer> {
  const body = readJsonBody(request, (problem) => createRefusal('INVALID_REQUEST', problem))
  const clientId = body.required('clientId')
  if (clientId !== SAME_DEVICE && clientId !== CROSS_DEVICE)
    throw createRefusal('INVALID_REQUEST', 'clientId is not one of this service')
  const addresses = listAddresses(request, world).map((address) => address + TOKEN_PATH)
  const keyThumbprint = await proofs.verify(request, addresses)

  const grantType = body.required('grantType')
  if (grantType === 'refresh_token') {
    const issued = sessions.refresh(body.required('refreshToken'), clientId, keyThumbprint)
    return answerJson(200, describe(issued, notes), requestId())
  }
  if (grantType !== 'authorization_code')
    throw createRefusal('INVALID_REQUEST', 'grantType is authorization_code or refresh_token')
  checkCode(body, clientId, sessions)
  const idToken = await issueIdToken(world, sessions, clientId)
  return answerJson(200, { ...describe(sessions.begin(clientId, keyThumbprint), notes), idToken }, requestId())
}

/** Its subject is what the AWS CLI calls the login session. */
export function issueIdToken({ issuer }: World, { identity }: LoginSessions, clientId: string): Promise<string> {
  return issuer.issue({ sub: identity.arn, aud: clientId })
}

/** A code is used by the first attempt, be it good or not. */
function checkCode(body: JsonBody, clientId: string, { codes }: LoginSessions): void {
  const [code, redirectUri, verifier] = [
    body.required('code'),
    body.required('redirectUri'),
    body.required('codeVerifier'),
  ]
  if (!isVerifier(verifier)) throw createRefusal('INVALID_REQUEST', 'codeVerifier is malformed')
  const authorization = codes.take(code)
  if (!authorization) throw createRefusal('AUTHCODE_EXPIRED', 'The code is unknown, was used, or has expired')
  if (authorization.clientId !== clientId || authorization.redirectUri !== redirectUri)
    throw createRefusal('INVALID_REQUEST', 'clientId or redirectUri is not the one that the code was asked for with')
  if (!isAnswerTo(authorization.challenge, verifier))
    throw createRefusal('INVALID_REQUEST', 'codeVerifier does not match the code_challenge')
}

function describe({ key, refreshToken }: IssuedCredentials, notes: CallNotes): object {
  const { accessKeyId, secretAccessKey, session } = key
  notes.accessKeyId = accessKeyId
  return {
    accessToken: { accessKeyId, secretAccessKey, sessionToken: session.token },
    tokenType: 'aws_sigv4',
    expiresIn: CREDENTIALS_SECONDS,
    refreshToken,
  }
}
