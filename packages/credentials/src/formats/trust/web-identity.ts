/**
 * What a trust policy may ask about an exchange of a token: who asks, by which actions, and the condition keys.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 * @module
 */
import { CredentialsError } from '../../errors.ts'
import type { TrustContext } from './conditions.ts'
import { parseInstant } from './instant.ts'
import { listOfferedClaims, nameOfIssuer } from './issuers.ts'
import type { TrustPrincipal } from './principal.ts'
import { textsOf, type WebIdentityToken } from './token.ts'

export const ASSUME_ROLE_WITH_WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity'
const TAGS = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'
const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/.+$/

export interface WebIdentityOptions {
  /** The role that the token is exchanged for: an ARN in a policy must be of its account and partition then. */
  readonly roleArn?: string | undefined
  readonly sessionName?: string | undefined
  /** Condition keys that no token holds. They do not replace those of the token. */
  readonly context?: TrustContext | undefined
  /** Milliseconds since 1970: what `aws:CurrentTime` says unless `context` does. */
  readonly nowMs: number
}

export interface WebIdentityExchange {
  /** The role must allow each: that of the call, and those for tags and a source identity that the token sets. */
  readonly actions: readonly string[]
  readonly principal: Extract<TrustPrincipal, { readonly type: 'Federated' }>
  /** Names in lower case. */
  readonly context: TrustContext
}

interface SessionTags {
  readonly tags: ReadonlyMap<string, string>
  readonly transitiveKeys: readonly string[]
}

/** @throws CredentialsError `CONFIG_INVALID`: the ARN is none of a role. */
export function describeExchange(token: WebIdentityToken, options: WebIdentityOptions): WebIdentityExchange {
  const role = parseRoleArn(options.roleArn)
  const provider = nameOfIssuer(token.issuer)
  const session = readTags(token)
  const sourceIdentity = token.claim(SOURCE_IDENTITY)?.[0]
  const context = lowerKeys({
    ...describeCall(lowerKeys(options.context ?? {}), options),
    ...(role && { 'aws:FederatedProvider': `arn:${role.partition}:iam::${role.account}:oidc-provider/${provider}` }),
    ...(session && describeTags(session)),
    ...(sourceIdentity !== undefined && { 'sts:SourceIdentity': sourceIdentity }),
    ...describeClaims(token, provider),
  })
  const actions = [
    ASSUME_ROLE_WITH_WEB_IDENTITY,
    ...(session ? ['sts:TagSession'] : []),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
  return { actions, principal: { type: 'Federated', provider, ...role }, context }
}

/** The claims that STS offers to policies, by the names of their condition keys. */
export function describeClaims(token: WebIdentityToken, provider: string): TrustContext {
  const keys = listOfferedClaims(provider).flatMap((name): [string, string | readonly string[]][] => {
    const values = readOffered(token, name)
    if (!values || values.length === 0) return []
    return [[`${provider}:${name}`, values.length === 1 && name !== 'amr' ? (values[0] ?? '') : values]]
  })
  return Object.fromEntries(keys)
}

function readOffered(token: WebIdentityToken, name: string): readonly string[] | undefined {
  switch (name) {
    case 'aud': {
      const party = token.claim('azp')
      return party?.[0] ? party : token.audiences
    }
    case 'oaud':
      return token.audiences
    case 'google/organization_number':
      return token.claim('google:organization_number') ?? textsOf(token.member('google')?.get('organization_number'))
    default:
      return token.claim(name)
  }
}

function describeCall(given: TrustContext, { sessionName, nowMs }: WebIdentityOptions): TrustContext {
  const stated = [given['aws:currenttime'] ?? given['aws:epochtime']].flat()[0]
  const atMs = (stated === undefined ? undefined : parseInstant(stated)) ?? nowMs
  return {
    'aws:currenttime': new Date(atMs).toISOString(),
    'aws:epochtime': String(Math.floor(atMs / 1000)),
    'aws:securetransport': 'true',
    ...(sessionName !== undefined && { 'sts:rolesessionname': sessionName }),
    ...given,
  }
}

function describeTags({ tags, transitiveKeys }: SessionTags): TrustContext {
  return {
    ...Object.fromEntries([...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(tags.size > 0 && { 'aws:TagKeys': [...tags.keys()] }),
    ...(transitiveKeys.length > 0 && { 'sts:TransitiveTagKeys': transitiveKeys }),
  }
}

/** In one claim, or in one a tag as issuers write them that cannot nest claims; undefined where the token has neither. */
function readTags(token: WebIdentityToken): SessionTags | undefined {
  const flat = token.claimNames.filter((name) => name.startsWith(`${TAGS}/`))
  if (!token.claimNames.includes(TAGS) && flat.length === 0) return undefined
  const nested = token.member(TAGS)
  const inOne = nested?.get('principal_tags')
  const members = inOne?.kind === 'object' ? inOne.members : []
  const prefix = `${TAGS}/principal_tags/`
  const tags = new Map([
    ...members.map(({ name, value }): [string, string] => [name, textsOf(value)?.[0] ?? '']),
    ...flat
      .filter((name) => name.startsWith(prefix))
      .map((name): [string, string] => [name.slice(prefix.length), token.claim(name)?.[0] ?? '']),
  ])
  const transitiveKeys = textsOf(nested?.get('transitive_tag_keys')) ?? token.claim(`${TAGS}/transitive_tag_keys`) ?? []
  return { tags, transitiveKeys }
}

function parseRoleArn(arn: string | undefined): { partition: string; account: string } | undefined {
  if (arn === undefined) return undefined
  const [, partition, account] = ROLE_ARN.exec(arn) ?? []
  if (partition !== undefined && account !== undefined) return { partition, account }
  throw new CredentialsError('the ARN of the role is none of a role', {
    code: 'CONFIG_INVALID',
    source: 'role-arn',
    remedy: 'Write it as arn:aws:iam::ACCOUNT:role/NAME',
  })
}

function lowerKeys(context: TrustContext): TrustContext {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
}
