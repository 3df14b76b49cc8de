/** A role's trust policy, read: what its statements say, and on which line. */
export interface TrustPolicy {
  /** Policy variables are looked up in '2012-10-17' only; a policy without a version is of '2008-10-17'. */
  readonly version: '2008-10-17' | '2012-10-17'
  readonly statements: readonly TrustStatement[]
  /** Without white space, as IAM counts them. */
  readonly sizeCharacters: number
  /** The policy as JSON has it. */
  readonly document: Readonly<Record<string, unknown>>
}

export interface TrustStatement {
  /** Counts from 0. */
  readonly index: number
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly principal: PrincipalElement
  readonly action: ActionElement
  /** All must be met. */
  readonly conditions: readonly TrustCondition[]
  readonly line: number
}

export interface PrincipalElement {
  /** True for NotPrincipal. */
  readonly negated: boolean
  /** `"*"`, or `{"AWS": "*"}`. */
  readonly anyone: boolean
  readonly names: readonly { readonly type: PrincipalType; readonly name: string }[]
  readonly line: number
}

export type PrincipalType = 'AWS' | 'Federated' | 'Service' | 'CanonicalUser'

export interface ActionElement {
  /** True for NotAction. */
  readonly negated: boolean
  readonly patterns: readonly string[]
  readonly line: number
}

export interface TrustCondition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string
  /** The operator alone: `StringLike`. */
  readonly comparison: string
  readonly quantifier: 'ForAnyValue' | 'ForAllValues' | undefined
  readonly ifExists: boolean
  readonly key: string
  /** As written; numbers and booleans as texts. */
  readonly values: readonly string[]
  readonly line: number
}
