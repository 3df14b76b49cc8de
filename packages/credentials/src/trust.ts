/**
 * Trust policies of roles: who is let in, why not, and what would change that. `@rolecall/credentials/trust`, apart from
 * the rest: it is pure and synchronous, and programs that only need credentials do not load it.
 *
 * @module
 */
export {
  type CheckedCondition,
  type CheckedStatement,
  checkTrust,
  type FailedCondition,
  type FailedElement,
  type TrustCheck,
} from './formats/trust/check.ts'
export type { TrustContext } from './formats/trust/conditions.ts'
export {
  type CreatedDocument,
  type CreatedTrustPolicy,
  type CreateTrustPolicyOptions,
  createTrustPolicy,
} from './formats/trust/create/create.ts'
export type { TrustedJob } from './formats/trust/create/trusted-job.ts'
export { evaluateTrust, type StatementTrace, type TrustDecision, type TrustRequest } from './formats/trust/evaluate.ts'
export type { TrustFinding, TrustFindingCode, TrustSeverity } from './formats/trust/lint/finding.ts'
export { lintTrustPolicy } from './formats/trust/lint/lint.ts'
export type { TrustCondition, TrustPolicy, TrustStatement } from './formats/trust/policy.ts'
export type { TrustPrincipal } from './formats/trust/principal.ts'
export { readTrustPolicy, toTrustPolicy } from './formats/trust/read-policy.ts'
export { readWebIdentityToken, type WebIdentityToken } from './formats/trust/token.ts'
export type { TrustWarning } from './formats/trust/token-warnings.ts'
export { describeExchange, type WebIdentityExchange, type WebIdentityOptions } from './formats/trust/web-identity.ts'
