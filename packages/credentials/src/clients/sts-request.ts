/**
 * One call of STS: signed where there are keys, sent again where that may help, its refusal explained.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/CommonParameters.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import { readStsError, type StsError } from '../formats/sts-answer.ts'
import type { XmlElement } from '../formats/xml-element.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { isAboutTime, sendInTime } from './clock-skew.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { type Reply, request } from './request.ts'
import { withRetries } from './retry.ts'
import { signHeaders } from './signing.ts'
import type { StsConnection } from './sts-connection.ts'
import { describeRefusal } from './sts-refusal.ts'
import { parseXml } from './xml.ts'

const REQUEST_TIMEOUT_MS = 10_000
const OVERALL_TIMEOUT_MS = 30_000

export type Parameters = Readonly<Record<string, string | number | undefined>>

/** @param read what the answer says, and the reply that it came in; where it throws `RESPONSE_INVALID`, STS is asked again first. */
export async function callSts<T>(
  sts: StsConnection,
  keys: StaticKeys | undefined,
  parameters: Parameters,
  read: (answer: XmlElement | undefined, reply: Reply) => T,
): Promise<T> {
  const { host, signal } = sts
  const body = encode(parameters)
  const attempt = (signal: AbortSignal) =>
    withRetries(
      host,
      signal,
      async () => {
        const reply = await ask(sts, keys, parameters, body, signal)
        return read(await parseXml(reply.text), reply)
      },
      sts.retries,
    )
  try {
    return await withDeadline(host, OVERALL_TIMEOUT_MS, signal, attempt)
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error
    const problem = `STS did not answer in ${OVERALL_TIMEOUT_MS / 1000} s`
    const { source, location } = sts
    throw new CredentialsError(problem, { code: 'TIMEOUT', source, remedy: 'Check the network', location })
  }
}

async function ask(
  sts: StsConnection,
  keys: StaticKeys | undefined,
  parameters: Parameters,
  body: string,
  signal: AbortSignal,
): Promise<Reply> {
  const { host, trace } = sts
  const reply = await sendInTime({
    host,
    trace,
    service: 'STS',
    send: (now) => send(sts, keys, body, now, signal),
    mayBeAboutTime: async (reply) => {
      const error = keys && (await readError(reply))
      return error !== undefined && isAboutTime(error)
    },
  })
  if (reply.status === 200) return reply
  throw describeRefusal(sts, parameters, keys, { status: reply.status, error: await readError(reply) })
}

async function send(
  { host, url, region, source, readCa, location }: StsConnection,
  keys: StaticKeys | undefined,
  body: string,
  now: number,
  signal: AbortSignal,
): Promise<Reply> {
  const plain = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const headers = keys ? await signHeaders(keys, { url, body, headers: plain, service: 'sts', region, now }) : plain
  const ca = url.protocol === 'https:' ? await readCa() : undefined
  const timeoutMs = REQUEST_TIMEOUT_MS
  return request(host, { source, url, method: 'POST', headers, body, ca, timeoutMs, signal, location })
}

async function readError({ status, text }: Reply): Promise<StsError | undefined> {
  return status === 200 ? undefined : readStsError(await parseXml(text))
}

function encode(parameters: Parameters): string {
  const given = Object.entries({ ...parameters, Version: '2011-06-15' }).filter(([, value]) => value !== undefined)
  return given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')
}
