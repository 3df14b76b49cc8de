/** Credentials for a code or a refresh token: the operation CreateOAuth2Token of the service model `signin` 2023-01-01. */
import { isAnswerTo } from '../oauth/authorization-request.ts'
import { type JsonBody, readJsonBody } from '../oauth/json-body.ts'
import { type Answer, answerJson, type CallNotes, type HttpRequest } from '../service.ts'
import type { World } from '../world.ts'
import { listAddresses } from './addresses.ts'
import { CROSS_DEVICE, SAME_DEVICE } from './authorize.ts'
import type { ProofVerifier } from './dpop.ts'
import { createRefusal, requestId } from './errors.ts'
import { CREDENTIALS_SECONDS, type IssuedCredentials, type LoginSessions } from './sessions.ts'

export const TOKEN_PATH = '/v1/token'

/** Begins or goes on with a session, for the key of the proof. */
type Grant = (keyThumbprint: string) => IssuedCredentials

/** What is over is told before the proof is looked at: it stays so whatever the caller's clock says. */
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
  const grantType = body.required('grantType')
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token')
    throw createRefusal('INVALID_REQUEST', 'grantType is authorization_code or refresh_token')

  const begins = grantType === 'authorization_code'
  const grant = begins ? findCode(body, clientId, sessions) : findSession(body, clientId, sessions)
  const addresses = listAddresses(request, world).map((address) => address + TOKEN_PATH)
  const { key, refreshToken } = grant(await proofs.verify(request, addresses))

  const { accessKeyId, secretAccessKey, session } = key
  notes.accessKeyId = accessKeyId
  const output = {
    accessToken: { accessKeyId, secretAccessKey, sessionToken: session.token },
    tokenType: 'aws_sigv4',
    expiresIn: CREDENTIALS_SECONDS,
    refreshToken,
    ...(begins && { idToken: await issueIdToken(world, sessions, clientId) }),
  }
  return answerJson(200, output, requestId())
}

/** Its subject is what the AWS CLI calls the login session. */
export function issueIdToken({ issuer }: World, { identity }: LoginSessions, clientId: string): Promise<string> {
  return issuer.issue({ sub: identity.arn, aud: clientId })
}

/** A code is used by the first attempt with a good proof, be the rest good or not. */
function findCode(body: JsonBody, clientId: string, sessions: LoginSessions): Grant {
  const code = body.required('code')
  const redirectUri = body.required('redirectUri')
  const verifier = body.required('codeVerifier')
  const over = createRefusal('AUTHCODE_EXPIRED', 'The code is unknown, was used, or has expired')
  if (!sessions.codes.find(code)) throw over
  return (keyThumbprint) => {
    const authorization = sessions.codes.take(code)
    if (!authorization) throw over
    if (authorization.clientId !== clientId || authorization.redirectUri !== redirectUri)
      throw createRefusal('INVALID_REQUEST', 'clientId or redirectUri is not the one that the code was asked for with')
    if (!isAnswerTo(authorization.challenge, verifier))
      throw createRefusal('INVALID_REQUEST', 'codeVerifier does not match the code_challenge')
    return sessions.begin(clientId, keyThumbprint)
  }
}

function findSession(body: JsonBody, clientId: string, sessions: LoginSessions): Grant {
  const refreshToken = body.required('refreshToken')
  sessions.check(refreshToken)
  return (keyThumbprint) => sessions.refresh(refreshToken, clientId, keyThumbprint)
}
