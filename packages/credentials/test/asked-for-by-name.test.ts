import { expect, test } from 'vitest'
import { createCredentials } from '../src/create-credentials.ts'
import { fromProcess } from '../src/providers/process.ts'
import { fromSso } from '../src/providers/sso.ts'
import { fakeHost } from './fake-host.ts'

test.each([fromProcess(), fromSso()])(
  'a profile that was asked for and is not there is an error: $name',
  async (source) => {
    const host = fakeHost({ env: { AWS_PROFILE: 'gone' } })
    await expect(createCredentials({ host, sources: [source] })()).rejects.toMatchObject({
      code: 'PROFILE_NOT_FOUND',
      source: source.name,
    })
  },
)

test('a role without an ARN is an error before the roles in front of it are assumed', async () => {
  const host = fakeHost({ env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' } })
  const role = [{ roleArn: 'arn:aws:iam::123456789012:role/one' }, { roleArn: ' ' }]
  await expect(createCredentials({ host, role })()).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    problem: 'role 2 of 2 has no ARN',
  })
  expect(host.requests).toEqual([])
})

test.each([
  [{ order: 'static-first' }, 'order is no order there is'],
  [{ store: 'disk' }, 'store is no store there is'],
])('%o is an error before anything is read', async (options, problem) => {
  const host = fakeHost({ env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' } })
  await expect(createCredentials({ host, ...(options as object) })()).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    problem,
  })
})
