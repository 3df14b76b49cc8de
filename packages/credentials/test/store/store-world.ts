/** A machine with a role in a profile, on a virtual clock; each source made here is a process of its own. */
import { createCredentials } from '../../src/create-credentials.ts'
import type { CredentialEvent } from '../../src/model/event.ts'
import { type Answer, type FakeHost, fakeHost, type Sent } from '../fake-host.ts'
import { STS, stsSession } from '../sts-world.ts'

export const MIN = 60_000
export const CONFIG = `[profile base]
aws_access_key_id = AKIABASEBASEBASE0001
aws_secret_access_key = base-secret
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = base
`

/** The session that the n-th request gets; it lives an hour. */
export function sessionOf(host: FakeHost, number = host.requests.length): Response {
  const accessKeyId = `ASIASESSION${String(number).padStart(9, '0')}`
  return stsSession({ accessKeyId, expiration: new Date(host.now() + 60 * MIN).toISOString() })
}

export function machine(
  answer: (host: FakeHost, request: Sent) => Response | Promise<Response> = (host) => sessionOf(host),
  files: Record<string, string> = {},
) {
  const asked: Answer = (request, host) => answer(host, request)
  const host = fakeHost({ files: { '/home/user/.aws/config': CONFIG, ...files }, http: { [STS]: asked } })
  const events: CredentialEvent[] = []
  return {
    host,
    events,
    startProcess: (options: object = {}) =>
      createCredentials({
        host,
        profile: 'deploy',
        store: 'shared',
        onEvent: (event) => events.push(event),
        ...options,
      }),
    /** Paths of the entries. */
    entries: () => Object.keys(host.files).filter((file) => file.startsWith('/home/user/.cache/rolecall/sessions/')),
  }
}

/** Of `ASIASESSION000000002`: 2. */
export const numberOf = ({ accessKeyId }: { readonly accessKeyId: string }): number => Number(accessKeyId.slice(-9))
