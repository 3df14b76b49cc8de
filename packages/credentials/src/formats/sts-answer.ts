/**
 * What STS answers: credentials, an identity, or an error, as parsed XML.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @module
 */
import type { StaticKeys } from '../model/credentials.ts'
import type { CallerIdentity } from '../model/role.ts'
import { accountOf } from './arn.ts'
import { parseTime } from './time.ts'
import { findElement, findText, type XmlElement } from './xml-element.ts'

export interface StsError {
  readonly code: string
  readonly message: string | undefined
  readonly requestId: string | undefined
}

export function readStsCredentials(root: XmlElement | undefined): StaticKeys | undefined {
  const credentials = root && findElement(root, 'Credentials')
  const accessKeyId = credentials && findText(credentials, 'AccessKeyId')
  const secretAccessKey = credentials && findText(credentials, 'SecretAccessKey')
  const sessionToken = credentials && findText(credentials, 'SessionToken')
  const expiration = parseTime((credentials && findText(credentials, 'Expiration')) ?? '')
  if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) return undefined

  const role = findElement(root, 'AssumedRoleUser')
  return { accessKeyId, secretAccessKey, sessionToken, expiration, accountId: accountOf(role && findText(role, 'Arn')) }
}

export function readCallerIdentity(root: XmlElement | undefined): CallerIdentity | undefined {
  const account = root && findText(root, 'Account')
  const arn = root && findText(root, 'Arn')
  const userId = root && findText(root, 'UserId')
  return account && arn && userId ? { account, arn, userId } : undefined
}

/** Takes both shapes: AWS's `<ErrorResponse>` and the bare `<Error>` of other makers, whose message may be empty. */
export function readStsError(root: XmlElement | undefined): StsError | undefined {
  const error = root && findElement(root, 'Error')
  const code = error && findText(error, 'Code')
  return code ? { code, message: findText(error, 'Message'), requestId: findText(root, 'RequestId') } : undefined
}
