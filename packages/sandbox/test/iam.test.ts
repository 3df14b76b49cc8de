import { nodeHost } from '@rolecall/credentials'
import { fetchTrustPolicy } from '@rolecall/credentials/ci'
import { expect } from 'vitest'
import { DEMO_ROLE, test } from './sandbox-test.ts'
import { readUserKeys } from './sts-client.ts'

const trustPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' }],
}

test('IAM tells who is let into a role, to whoever signs', async ({ sandbox }) => {
  const { arn: roleArn } = await sandbox.createRole({ name: 'deploy', trustPolicy })
  const host = { ...nodeHost(), env: { AWS_ENDPOINT_URL_IAM: sandbox.url }, readFile: async () => undefined }
  const keys = await readUserKeys(sandbox)
  expect(JSON.parse((await fetchTrustPolicy({ roleArn, keys, host })) ?? '')).toEqual(trustPolicy)

  const missing = roleArn.replace('deploy', 'gone')
  const ofOthers = DEMO_ROLE.replace('123456789012', '999999999999')
  for (const arn of [missing, ofOthers, 'no ARN'])
    expect(await fetchTrustPolicy({ roleArn: arn, keys, host })).toBeUndefined()
  const stranger = { ...keys, secretAccessKey: 'another' }
  expect(await fetchTrustPolicy({ roleArn, keys: stranger, host })).toBeUndefined()
  expect(sandbox.calls.map(({ service, operation, outcome }) => [service, operation, outcome])).toEqual([
    ['iam', 'GetRole', 'ok'],
    ['iam', 'GetRole', 'NoSuchEntity'],
    ['iam', 'GetRole', 'ok'],
    ['iam', 'GetRole', 'SignatureDoesNotMatch'],
  ])
})
