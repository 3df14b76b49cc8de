/**
 * What IAM knows of a role: whom it trusts.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 *         https://docs.aws.amazon.com/general/latest/gr/iam-service.html
 * @module
 */
import { chooseEndpoint } from '../formats/endpoint.ts'
import { findText } from '../formats/xml-element.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { ProviderContext } from '../model/provider.ts'
import { readCaBundle } from './ca-bundle.ts'
import { request } from './request.ts'
import { loadSelectedProfile } from './selected-profile.ts'
import { signHeaders } from './signing.ts'
import { parseXml } from './xml.ts'

const TIMEOUT_MS = 5_000
const ROLE_ARN = /^arn:([\w-]+):iam::\d{12}:role\/(?:.*\/)?([\w+=,.@-]{1,64})$/

/** IAM has one host a partition, one for FIPS, and the region that it is signed for. */
const PLACES: Readonly<Record<string, { readonly usual: string; readonly fips: string; readonly region: string }>> = {
  aws: { usual: 'iam.amazonaws.com', fips: 'iam-fips.amazonaws.com', region: 'us-east-1' },
  'aws-cn': {
    usual: 'iam.cn-north-1.amazonaws.com.cn',
    fips: 'iam-fips.cn-north-1.amazonaws.com.cn',
    region: 'cn-north-1',
  },
  'aws-us-gov': { usual: 'iam.us-gov.amazonaws.com', fips: 'iam.us-gov.amazonaws.com', region: 'us-gov-west-1' },
}

/**
 * The trust policy of that very role, as IAM keeps it.
 *
 * @returns undefined where these keys may not see it, or are of an account that has another role of that name.
 * @throws CredentialsError `CONFIG_INVALID`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
 */
export async function getTrustPolicy(
  context: ProviderContext,
  keys: StaticKeys,
  roleArn: string,
): Promise<string | undefined> {
  const [, partition = '', name = ''] = ROLE_ARN.exec(roleArn) ?? []
  const place = PLACES[partition]
  if (!place) return undefined

  const { host, signal } = context
  const { region } = place
  const selected = await loadSelectedProfile(context)
  const { config, name: profile } = selected
  const url = chooseEndpoint({ service: 'iam', id: 'iam', region, env: host.env, config, profile, host: place })
  const body = `Action=GetRole&Version=2010-05-08&RoleName=${encodeURIComponent(name)}`
  const plain = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const headers = await signHeaders(keys, { url, body, headers: plain, service: 'iam', region, now: host.now() })
  const ca = url.protocol === 'https:' ? await readCaBundle(host, selected, 'iam') : undefined

  const reply = await request(host, {
    source: 'iam',
    url,
    method: 'POST',
    headers,
    body,
    ca,
    timeoutMs: TIMEOUT_MS,
    signal,
  })
  const root = reply.status === 200 ? await parseXml(reply.text) : undefined
  if (!root || findText(root, 'Arn') !== roleArn) return undefined
  return decode(findText(root, 'AssumeRolePolicyDocument') ?? '')
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
