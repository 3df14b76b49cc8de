/**
 * Keys of a role for a token of an OIDC issuer.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @module
 */
import { describeExchange, readWebIdentityToken } from '@rolecall/credentials/trust'
import { decodeJwt, errors, type JWTPayload } from 'jose'
import type { OidcProvider } from '../account.ts'
import { isRecord } from '../record.ts'
import { Refusal } from '../service.ts'
import type { World } from '../world.ts'
import { describeCall } from './caller.ts'
import type { Operation } from './operation.ts'
import { createReader } from './parameters.ts'
import { checkDuration, checkRoleArn, findTrustingRole, issueRoleSession, readRoleParameters } from './role-session.ts'
import { checkSessionPolicy, measurePacked, readSessionPolicies } from './session-policy.ts'
import { mergeTags } from './session-tags.ts'

/** IAM takes a token for five minutes after it has expired: clocks differ. */
const LEEWAY_SECONDS = 300
const TOKEN = { min: 4, max: 20_000, sensitive: true } as const
const TAGS_CLAIM = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY_CLAIM = 'https://aws.amazon.com/source_identity'

export const assumeRoleWithWebIdentity: Operation = async ({ form, notes }, world) => {
  const reader = createReader(form)
  const parameters = readRoleParameters(reader)
  const token = reader.required('WebIdentityToken', TOKEN)
  const policies = readSessionPolicies(reader, { limited: true })
  reader.check()

  const { roleArn, sessionName, durationSeconds } = parameters
  checkRoleArn(roleArn, notes)
  checkSessionPolicy(policies)
  const provider = findProvider(token, world)
  const claims = await verifyToken(token, provider, world)
  const tags = mergeTags(undefined, readTagsClaim(claims))
  const sourceIdentity = readText(claims[SOURCE_IDENTITY_CLAIM])
  const traits = { ...tags, sourceIdentity, mfaPresent: false }
  const packedPolicySize = measurePacked(policies, traits.tags)

  const nowMs = world.clock.now()
  const exchange = describeExchange(readWebIdentityToken(token), {
    roleArn,
    sessionName,
    context: describeCall(nowMs),
    nowMs,
  })
  const role = findTrustingRole(
    world,
    roleArn,
    exchange.actions,
    exchange,
    (action) => `Not authorized to perform ${action}`,
  )
  checkDuration(role, durationSeconds, { chained: false })

  return {
    SubjectFromWebIdentityToken: claims.sub,
    Audience: [claims.aud].flat()[0],
    ...issueRoleSession(world, role, parameters, traits),
    Provider: provider.arn,
    PackedPolicySize: packedPolicySize,
    SourceIdentity: sourceIdentity,
  }
}

function findProvider(token: string, { account }: World): OidcProvider {
  const issuer = readIssuer(token)
  const provider = account.findOidcProvider(issuer)
  if (!provider) throw invalidToken(`No OpenIDConnect provider found in your account for ${issuer}`)
  return provider
}

function readIssuer(token: string): string {
  const issuer = decodeClaims(token).iss
  if (issuer === undefined) throw invalidToken('Missing a required claim: iss')
  return issuer
}

function decodeClaims(token: string): JWTPayload {
  try {
    return decodeJwt(token)
  } catch {
    throw invalidToken('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)')
  }
}

async function verifyToken(token: string, provider: OidcProvider, { issuer, clock }: World): Promise<JWTPayload> {
  const { issuer: name, clientIds: audiences } = provider
  try {
    return await issuer.verify(token, { issuer: name, audiences, leewaySeconds: LEEWAY_SECONDS })
  } catch (error) {
    throw explainRejection(error, clock.now())
  }
}

function explainRejection(error: unknown, nowMs: number): Refusal {
  if (error instanceof errors.JWTExpired)
    return new Refusal(
      'ExpiredTokenException',
      400,
      `Token expired: current date/time ${Math.floor(nowMs / 1000)} must be before the expiration date/time ${error.payload.exp}`,
    )
  if (error instanceof errors.JWKSNoMatchingKey)
    return invalidToken(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    )
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return invalidToken(`Missing a required claim: ${error.claim}`)
    if (error.claim === 'aud') return invalidToken('Incorrect token audience')
  }
  return invalidToken('The web identity token that was passed could not be validated by Amazon Web Services.')
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
function readTagsClaim(claims: JWTPayload): Parameters<typeof mergeTags>[1] {
  const { principal_tags: tags, transitive_tag_keys: keys } = readRecord(claims[TAGS_CLAIM])
  return {
    tags: Object.entries(readRecord(tags)).map(([key, value]) => ({ key, value: String([value].flat()[0] ?? '') })),
    transitiveTagKeys: [keys].flat().filter((key) => typeof key === 'string'),
  }
}

function readRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function invalidToken(message: string): Refusal {
  return new Refusal('InvalidIdentityToken', 400, message)
}
