/** The page on which a person lets a client in: authorization code with PKCE. */
import { PageRefusal } from '../browser/page.ts'
import { findProblem } from '../oauth/authorization-request.ts'
import { isSameButPort, parseLoopback, sendBack } from '../oauth/redirect-uri.ts'
import type { Answer, HttpRequest } from '../service.ts'
import type { World } from '../world.ts'
import type { Client } from './clients.ts'
import type { IdentityCenter } from './identity-center.ts'

const CODE_LIFETIME_MS = 10 * 60 * 1000

/** A client that is not known to be at an address is never sent there, not even an error. @throws PageRefusal */
export function showAuthorize(request: HttpRequest, world: World, center: IdentityCenter): Answer {
  const { query } = request
  const client = center.clients.find(query.get('client_id') ?? '')
  if (!client)
    throw new PageRefusal('InvalidClientException', 400, 'The client is unknown, or its registration has expired')
  const redirectUri = query.get('redirect_uri') ?? ''
  if (!isRegistered(client, redirectUri))
    throw new PageRefusal('InvalidRedirectUriException', 400, 'The client has not registered this redirect_uri')

  const state = query.get('state') ?? undefined
  const rules = { challengeMethod: 'S256', scopeParameter: 'scopes', allowedScopes: client.scopes }
  const problem = client.grantTypes.includes('authorization_code')
    ? findProblem(query, rules)
    : { error: 'unauthorized_client' }
  if (problem) return sendBack(redirectUri, { ...problem, state })

  const authorization = { client, redirectUri, challenge: query.get('code_challenge') ?? '' }
  return center.questions.ask(request, {
    title: 'Allow access to your AWS accounts?',
    facts: describeRequest(client, world, center),
    leadsTo: redirectUri,
    allow: () =>
      sendBack(redirectUri, { code: center.codes.issue(authorization, world.clock.now() + CODE_LIFETIME_MS), state }),
    deny: () => sendBack(redirectUri, { error: 'access_denied', state }),
  })
}

export function describeRequest(
  client: Client,
  { account }: World,
  { userName }: IdentityCenter,
): Readonly<Record<string, string>> {
  return {
    Application: client.name,
    'You are': userName,
    Account: account.id,
    ...(client.scopes.length > 0 && { Scopes: client.scopes.join(' ') }),
  }
}

function isRegistered({ redirectUris }: Client, address: string): boolean {
  const url = parseLoopback(address)
  return url !== undefined && redirectUris.some((registered) => isSameButPort(url, new URL(registered)))
}
