/**
 * A section of the shared credentials file, as botocore and this library read it back.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * @module
 */
import { type Format, type Handout, refuse, refuseUnwritable } from './handout.ts'

export const formatIni: Format = (handout) => {
  refuseOutsideLine('the name of the profile', handout.profile)
  if (/[\][#;\s]/.test(handout.profile)) refuse('ini', 'the name of the profile', 'a bracket, # or ; or white space')
  const lines = listSettings(handout).map(([key, value]) => {
    refuseOutsideLine(key, value)
    if (/(^|\s)[#;]/.test(value)) refuse('ini', key, 'what begins a comment')
    return `${key} = ${value}\n`
  })
  return `[${handout.profile}]\n${lines.join('')}`
}

function listSettings({ credentials }: Handout): (readonly [key: string, value: string])[] {
  const { accessKeyId, secretAccessKey, sessionToken, accountId } = credentials
  return [
    ['aws_access_key_id', accessKeyId],
    ['aws_secret_access_key', secretAccessKey],
    ...(sessionToken ? [['aws_session_token', sessionToken] as const] : []),
    ...(accountId ? [['aws_account_id', accountId] as const] : []),
  ]
}

function refuseOutsideLine(name: string, value: string): void {
  refuseUnwritable('ini', name, value)
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) refuse('ini', name, 'a control character')
  if (value !== value.trim()) refuse('ini', name, 'white space at one of its ends')
}
