import { type Format, formatInstant, type Handout, refuseUnwritable } from './handout.ts'

/**
 * What a `credential_process` prints.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export const formatProcess: Format = (handout) => {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = checked('process', handout).credentials
  return toLine({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration && formatInstant(expiration),
    AccountId: accountId,
  })
}

/** Every field, null where unknown. */
export const formatJson: Format = (handout) => {
  const { credentials, region } = checked('json', handout)
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId, source } = credentials
  return toLine({
    accessKeyId,
    secretAccessKey,
    sessionToken: sessionToken ?? null,
    expiration: expiration ? formatInstant(expiration) : null,
    accountId: accountId ?? null,
    region: region ?? null,
    source,
  })
}

function checked(format: string, handout: Handout): Handout {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = handout.credentials
  for (const [name, value] of Object.entries({ accessKeyId, secretAccessKey, sessionToken }))
    refuseUnwritable(format, name, value)
  return handout
}

function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`
}
