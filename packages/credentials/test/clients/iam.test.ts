import { expect, test } from 'vitest'
import { getTrustPolicy } from '../../src/clients/iam.ts'
import { failureOf, fakeHost } from '../fake-host.ts'
import '../sts-world.ts'

const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
const POLICY = '{"Statement":[]}'
const role = (arn: string): Response =>
  new Response(
    `<GetRoleResponse><GetRoleResult><Role><Arn>${arn}</Arn><AssumeRolePolicyDocument>${encodeURIComponent(POLICY)}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`,
  )
const ask = (host: ReturnType<typeof fakeHost>, arn: string) =>
  host.until(getTrustPolicy({ host, signal: new AbortController().signal }, KEYS, arn))

test.each([
  ['aws', 'https://iam.amazonaws.com/', 'us-east-1'],
  ['aws-cn', 'https://iam.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
  ['aws-us-gov', 'https://iam.us-gov.amazonaws.com/', 'us-gov-west-1'],
])('in the partition %s IAM is at %s, signed for %s, wherever the job runs', async (partition, url, region) => {
  const arn = `arn:${partition}:iam::123456789012:role/path/deploy`
  const host = fakeHost({ env: { AWS_REGION: 'eu-west-1' }, http: { [`POST ${url}`]: role(arn) } })
  expect(await ask(host, arn)).toBe(POLICY)
  const [sent] = host.requests
  expect(sent?.body).toContain('RoleName=deploy')
  expect(sent?.headers['authorization']).toContain(`/${region}/iam/aws4_request`)
})

test.each([
  ['aws', 'https://iam-fips.amazonaws.com/'],
  ['aws-cn', 'https://iam-fips.cn-north-1.amazonaws.com.cn/'],
  ['aws-us-gov', 'https://iam.us-gov.amazonaws.com/'],
])('a job that asks for FIPS asks IAM of the partition %s at %s', async (partition, url) => {
  const arn = `arn:${partition}:iam::123456789012:role/deploy`
  const host = fakeHost({ env: { AWS_USE_FIPS_ENDPOINT: 'true' }, http: { [`POST ${url}`]: role(arn) } })
  expect(await ask(host, arn)).toBe(POLICY)
})

const ARN = 'arn:aws:iam::123456789012:role/deploy'
const URL = 'POST https://iam.amazonaws.com/'

test.each([
  ['may not see it', () => new Response('<ErrorResponse/>', { status: 403 })],
  ['are of another account', () => role(ARN.replace('123456789012', '999999999999'))],
  ['get no XML', () => new Response('<html>')],
  [
    'get a policy that is not encoded',
    () => new Response(`<R><Arn>${ARN}</Arn><AssumeRolePolicyDocument>%zz</AssumeRolePolicyDocument></R>`),
  ],
])('keys that %s see nothing', async (_name, answer) => {
  expect(await ask(fakeHost({ http: { [URL]: answer } }), ARN)).toBeUndefined()
})

test('what is no ARN of a role, or of a partition that is not known, is not asked for', async () => {
  for (const arn of ['deploy', 'arn:aws:iam::123456789012:user/me', 'arn:aws-moon:iam::123456789012:role/r'])
    expect(await ask(fakeHost(), arn)).toBeUndefined()
})

test('no answer is an error, without a secret', async () => {
  const failure = await failureOf(ask(fakeHost({ http: { [URL]: new TypeError('reset secret') } }), ARN))
  expect(failure).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
  expect(failure.message).not.toContain('secret')
})
