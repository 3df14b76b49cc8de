/** What STS looks at before it asks the policy: told, and never decisive here. */
import { nameOfIssuer } from './issuers.ts'
import type { WebIdentityToken } from './token.ts'

export interface TrustWarning {
  /** Stable. */
  readonly code:
    | 'TOKEN_EXPIRED'
    | 'TOKEN_NOT_YET_VALID'
    | 'TOKEN_UNSIGNED'
    | 'TOKEN_SUBJECT_MISSING'
    | 'TOKEN_AUDIENCE_MISSING'
    | 'TOKEN_AUDIENCES_SEVERAL'
    | 'TOKEN_ISSUER_NOT_HTTPS'
  readonly text: string
}

export function listTokenWarnings(token: WebIdentityToken, nowMs: number): TrustWarning[] {
  const warnings: TrustWarning[] = []
  const warn = (code: TrustWarning['code'], text: string): number => warnings.push({ code, text })
  const nowSeconds = Math.floor(nowMs / 1000)
  if (token.expiresAt !== undefined && token.expiresAt <= nowSeconds)
    warn(
      'TOKEN_EXPIRED',
      `The token expired ${describeAge(nowSeconds - token.expiresAt)} ago. STS would refuse it; here that decides nothing.`,
    )
  if (token.notBefore !== undefined && token.notBefore > nowSeconds + 300)
    warn('TOKEN_NOT_YET_VALID', `The token is not valid for ${describeAge(token.notBefore - nowSeconds)} yet.`)
  if (token.unsigned) warn('TOKEN_UNSIGNED', 'The token has no signature: STS will refuse it.')
  if (token.subject === undefined) warn('TOKEN_SUBJECT_MISSING', 'The token has no subject (sub): STS will refuse it.')
  if (token.audiences.length === 0)
    warn('TOKEN_AUDIENCE_MISSING', 'The token has no audience (aud): STS will refuse it.')
  if (token.audiences.length > 1 && !token.claim('azp')?.[0])
    warn(
      'TOKEN_AUDIENCES_SEVERAL',
      'The token has several audiences and no azp: STS refuses such a token. Ask for one audience.',
    )
  if (/^[a-z]+:\/\//i.test(nameOfIssuer(token.issuer)))
    warn('TOKEN_ISSUER_NOT_HTTPS', 'The issuer of the token has no https:// address: IAM takes no such provider.')
  return warnings
}

function describeAge(seconds: number): string {
  const [count, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7_200
        ? [Math.round(seconds / 60), 'minute']
        : seconds < 172_800
          ? [Math.round(seconds / 3_600), 'hour']
          : [Math.round(seconds / 86_400), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
