/** Who signed a request: the key, its session token, the end of its session, the signature. */
import type { AccessKey } from './keys.ts'
import { type CallNotes, type HttpRequest, Refusal } from './service.ts'
import { isSame, readClaim, verifySignature } from './sigv4.ts'
import type { World } from './world.ts'

/** A request to a service that the sandbox does not play, as its stand-in received it. */
export interface SignedRequest {
  /** That the request is to be signed for: 'ec2', 's3'… */
  readonly service: string
  readonly method: string
  /** As in the request line: the path, and the query if there is one. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * A session that has ended is told so before its signature is looked at: it stays so whatever the caller's clock says.
 *
 * @throws Refusal `MissingAuthenticationToken`, `IncompleteSignature`, `InvalidClientTokenId`, `ExpiredToken`,
 *   `SignatureDoesNotMatch`
 */
export async function authenticate(
  request: HttpRequest,
  service: string,
  { keys, clock }: World,
  notes: CallNotes = {},
): Promise<AccessKey> {
  const claim = readClaim(request)
  if (!claim) throw new Refusal('MissingAuthenticationToken', 403, 'Request is missing Authentication Token')

  const key = keys.find(claim.accessKeyId)
  if (!key || !isSame(key.session?.token ?? '', claim.sessionToken ?? ''))
    throw new Refusal('InvalidClientTokenId', 403, 'The security token included in the request is invalid.')
  notes.accessKeyId = key.accessKeyId
  if (key.session && key.session.expiresAt <= clock.now())
    throw new Refusal('ExpiredToken', 403, 'The security token included in the request is expired')
  await verifySignature(request, claim, service, key.secretAccessKey, clock.now())
  return key
}

/** Paths stay as they are: S3 tells "a//b" from "a/b". */
export function readSigned({ path, ...request }: SignedRequest): HttpRequest {
  const [pathname = '/', ...query] = path.split('?')
  return { ...request, path: pathname, query: new URLSearchParams(query.join('?')) }
}
