/**
 * Why STS said no: its code and words, and what to do about it. Quotes nothing that was sent in confidence.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @module
 */
import type { CredentialsError } from '../errors.ts'
import { maskSecrets } from '../formats/masking.ts'
import type { StsError } from '../formats/sts-answer.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { isPassing } from './retry.ts'
import { ServiceError } from './service-error.ts'
import type { StsConnection } from './sts-connection.ts'

type Parameters = Readonly<Record<string, string | number | undefined>>

/** `SOURCE_UNREACHABLE` for what may pass, `SOURCE_REFUSED` for what is final. */
export function describeRefusal(
  { source, location }: StsConnection,
  parameters: Parameters,
  keys: StaticKeys | undefined,
  { status, error }: { readonly status: number; readonly error: StsError | undefined },
): CredentialsError {
  const secrets = [
    parameters['WebIdentityToken'],
    parameters['TokenCode'],
    keys?.secretAccessKey,
    keys?.sessionToken,
    keys?.accessKeyId,
  ]
  const quote = (text: string | undefined): string | undefined => text && maskSecrets(text.slice(0, 1_000), secrets)
  const code = quote(error?.code)
  const message = quote(error?.message)?.replace(/\.$/, '')
  const requestId = quote(error?.requestId)

  const target = parameters['RoleArn'] === undefined ? '' : ` of ${parameters['RoleArn']}`
  const details = `${message ? `: ${message}` : ''}${requestId ? ` (request ${requestId})` : ''}`
  const problem = `STS answered ${parameters['Action']}${target} with ${code ?? status}${details}`
  const said = { serviceCode: code, serviceMessage: message }
  if (isPassing(status) || isTemporary(error?.code, error?.message)) {
    const remedy = 'Try again; if it stays, check the status of STS and of the identity provider'
    return new ServiceError(problem, { code: 'SOURCE_UNREACHABLE', source, remedy, location }, said)
  }
  const remedy = isAboutMfa(parameters, error)
    ? 'Give a fresh code of the device, and check mfa_serial'
    : remedyFor(code)
  return new ServiceError(problem, { code: 'SOURCE_REFUSED', source, remedy, location }, said)
}

/** Errors that STS sends with status 400 though the next attempt may succeed. */
function isTemporary(code = '', message = ''): boolean {
  return (
    code === 'IDPCommunicationError' ||
    code.startsWith('Throttling') ||
    code === 'RequestLimitExceeded' ||
    (code === 'InvalidIdentityToken' && /couldn.t retrieve verification key/i.test(message))
  )
}

/** No role is asked for by GetSessionToken: what it may refuse is the device and its code. */
function isAboutMfa({ Action }: Parameters, { code = '', message = '' }: Partial<StsError> = {}): boolean {
  if (Action === 'GetSessionToken') return code === 'AccessDenied' || code === 'ValidationError'
  return code === 'AccessDenied' && message.startsWith('MultiFactorAuthentication failed')
}

function remedyFor(code: string | undefined): string {
  switch (code) {
    case 'AccessDenied':
      return 'Check that the role exists, that its trust policy lets this identity in, and the account in its ARN'
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return 'Get new credentials or a new token; if they are new, check the clock'
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return 'Check the access key: it may be deleted, inactive or of another partition'
    case 'SignatureDoesNotMatch':
      return 'Check the secret access key and the clock'
    case 'InvalidIdentityToken':
      return 'Check that the account has an identity provider for the issuer, and the audience of the token'
    case 'RegionDisabledException':
      return 'Enable STS for this region in the account, or use another region'
    case 'ValidationError':
      return 'Check role ARN, session name and duration: no more than the role allows, and 3600 seconds where a role assumes a role'
    case 'PackedPolicyTooLarge':
    case 'PackedPolicyTooLargeException':
      return 'Shorten the session policy, or give fewer and shorter session tags'
    default:
      return 'See the code in the reference of STS'
  }
}
