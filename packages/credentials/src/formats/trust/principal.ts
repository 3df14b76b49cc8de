/**
 * Whether a statement is about the one who asks.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @module
 */
import type { PrincipalElement, TrustStatement } from './policy.ts'

export type TrustPrincipal =
  | {
      readonly type: 'AWS' | 'Service'
      /** All that a policy may call the caller: for a session of a role its ARN, the role's, the account's root and id. */
      readonly names: readonly string[]
    }
  | {
      readonly type: 'Federated'
      /** The issuer of the token without its `https://`. */
      readonly provider: string
      /** Where they are known, an ARN has to have them. */
      readonly account?: string | undefined
      readonly partition?: string | undefined
    }

export interface ProviderArn {
  readonly partition: string
  readonly account: string
  readonly provider: string
}

/** These have no ARN: policies name them as they are. */
const BUILT_IN = ['accounts.google.com', 'cognito-identity.amazonaws.com', 'graph.facebook.com', 'www.amazon.com']
const PROVIDER_ARN = /^arn:([^:]*):iam::([^:]*):oidc-provider\/(.*)$/s
const ACCOUNT = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/

export function isNamed({ effect, principal: element }: TrustStatement, principal: TrustPrincipal): boolean {
  if (!element.negated) return element.anyone || listsAny(element, principal)
  return effect === 'Deny' && !element.anyone && !listsAll(element, principal)
}

/** undefined for what is no ARN of an OIDC provider. */
export function parseProviderArn(name: string): ProviderArn | undefined {
  const [, partition, account, provider] = PROVIDER_ARN.exec(name) ?? []
  return partition !== undefined && account !== undefined && provider !== undefined
    ? { partition, account, provider }
    : undefined
}

export function isBuiltInProvider(name: string): boolean {
  return BUILT_IN.includes(name)
}

function listsAny({ names }: PrincipalElement, principal: TrustPrincipal): boolean {
  return names.some(({ type, name }) => type === principal.type && isCalled(principal, name))
}

/** NotPrincipal leaves a caller out only where it lists each name of it: session, role and account. */
function listsAll({ names }: PrincipalElement, principal: TrustPrincipal): boolean {
  const own = names.filter(({ type }) => type === principal.type).map(({ name }) => name)
  if (principal.type === 'Federated') return own.some((name) => isCalled(principal, name))
  return principal.names.every((name) => own.some((listed) => isSame(listed, name)))
}

function isCalled(principal: TrustPrincipal, name: string): boolean {
  if (principal.type !== 'Federated') return principal.names.includes(name)
  if (isBuiltInProvider(principal.provider) && name === principal.provider) return true
  const arn = parseProviderArn(name)
  return (
    arn?.provider === principal.provider &&
    (principal.account ?? arn.account) === arn.account &&
    (principal.partition ?? arn.partition) === arn.partition
  )
}

/** An account has two names: its root's ARN, and its number. */
function isSame(listed: string, name: string): boolean {
  const account = ACCOUNT.exec(name)?.[1]
  return listed === name || (account !== undefined && ACCOUNT.exec(listed)?.[1] === account)
}
