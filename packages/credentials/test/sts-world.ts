import { signHeaders } from '../src/clients/signing.ts'
import { parseXml } from '../src/clients/xml.ts'
import type { Answer, Sent } from './fake-host.ts'

// loaded on demand by what is tested: a virtual clock does not wait for a file to be read
await parseXml('<x/>')
await signHeaders(
  { accessKeyId: 'a', secretAccessKey: 's' },
  { url: new URL('https://x/'), body: '', headers: {}, service: 'sts', region: 'x', now: 0 },
)

export const STS = 'POST https://sts.us-east-1.amazonaws.com/'

/** A session as STS answers it. The key id tells sessions apart. */
export function stsSession({
  accessKeyId = 'ASIASESSIONEXAMPLE01',
  secretAccessKey = 'session-secret',
  sessionToken = 'session-token',
  expiration = '2026-01-01T01:00:00Z',
  arn = 'arn:aws:sts::123456789012:assumed-role/r/me',
}: Partial<Record<'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expiration' | 'arn', string>> = {}): Response {
  return new Response(
    `<AnyResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AnyResult>
       <AssumedRoleUser><AssumedRoleId>AROA:me</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser>
       <Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
       <SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>
     </AnyResult></AnyResponse>`,
  )
}

export function stsError(code: string, message = 'no', status = 403, requestId = 'req-1'): Response {
  const text = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
  return new Response(text, { status })
}

export function stsIdentity(arn = 'arn:aws:iam::123456789012:user/me'): Response {
  return new Response(
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  )
}

/** A session whose key id, of twenty characters, ends in the name of the role that was asked for. */
export const sessionByRole: Answer = (request) =>
  stsSession({
    accessKeyId: `ASIA${(formOf(request)['RoleArn']?.split('/').at(-1) ?? '').toUpperCase().padStart(16, '0')}`,
  })

/** The form of a request. */
export function formOf({ body }: Pick<Sent, 'body'>): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body))
}
