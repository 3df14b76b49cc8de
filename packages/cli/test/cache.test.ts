import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRoleWorld } from './role-world.ts'
import { bareEnv, ROLECALL, run } from './world.ts'

test('a session is asked for once, listed without a secret, thrown away, and asked for again', async () => {
  const { arn, calls, rolecall } = await createRoleWorld()
  const [first, second] = [await rolecall(['export']), await rolecall(['export'])]
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(second.stdout).toBe(first.stdout)
  expect(calls()).toBe(1)

  const { SecretAccessKey, SessionToken, AccessKeyId } = JSON.parse(first.stdout)
  const listed = await rolecall(['cache', 'ls'])
  expect(listed.stdout).toContain(arn)
  const asJson = await rolecall(['cache', 'ls', '--json'])
  expect(JSON.parse(asJson.stdout)).toEqual([expect.objectContaining({ kind: 'assume-role', subject: arn })])
  for (const secret of [SecretAccessKey, SessionToken, AccessKeyId])
    expect(listed.stdout + asJson.stdout).not.toContain(secret)

  expect(await rolecall(['cache', 'clear'])).toEqual({ status: 0, stdout: '', stderr: '1 session thrown away\n' })
  expect((await rolecall(['cache', 'ls'])).stdout).toBe('No sessions are kept.\n')
  expect(JSON.parse((await rolecall(['export'])).stdout).AccessKeyId).not.toBe(AccessKeyId)
  expect(calls()).toBe(2)
})

test('a failure is listed by its code, and a key that is none is an error also where nothing is kept', async () => {
  const { rolecall } = await createRoleWorld()
  const noKey = await rolecall(['cache', 'ls', '--json'], { ROLECALL_STORE_KEY: 'vault' })
  expect(noKey).toMatchObject({ status: 1, stdout: '' })
  expect(JSON.parse(noKey.stderr)).toMatchObject({ error: { code: 'CONFIG_INVALID' } })
  expect(await rolecall(['export'], { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' })).toMatchObject({ status: 1 })
  expect((await rolecall(['cache', 'ls'])).stdout).toMatch(/failed at .*: SOURCE_UNREACHABLE\n/)
})

test('--store memory and ROLECALL_STORE=memory ask each time and keep nothing', async () => {
  const { calls, rolecall } = await createRoleWorld()
  await rolecall(['export', '--store', 'memory'])
  await rolecall(['export'], { ROLECALL_STORE: 'memory' })
  expect(calls()).toBe(2)
  expect((await rolecall(['cache', 'ls', '--json'])).stdout).toBe('[]\n')
})

test('a store that is none is wrong usage', async () => {
  const { rolecall } = await createRoleWorld()
  expect(await rolecall(['export', '--store', 'disk'])).toMatchObject({ status: 2, stdout: '' })
  const named = await rolecall(['export'], { ROLECALL_STORE: 'disk' })
  expect(named).toMatchObject({ status: 2, stdout: '' })
  expect(named.stderr).toContain('ROLECALL_STORE')
})

test('a store that others may write to is said to be so, and the credentials come all the same', async () => {
  const { home, rolecall } = await createRoleWorld()
  const store = join(home, 'store')
  mkdirSync(store)
  chmodSync(store, 0o777)
  const { status, stderr } = await rolecall(['export'], { ROLECALL_STORE_DIR: store })
  expect(status).toBe(0)
  expect(stderr).toBe(`rolecall: the folder of the shared store is one that others may write to: ${store}.\n`)
  const listed = await rolecall(['cache', 'ls'], { ROLECALL_STORE_DIR: store })
  expect(listed).toMatchObject({ status: 1, stdout: '' })
  expect(listed.stderr).toContain(`chmod go-w ${store}`)
})

test.each(['ls', 'clear'])('cache %s of a folder that cannot be there names it', async (command) => {
  const { home, rolecall } = await createRoleWorld({ file: '' })
  const { status, stdout, stderr } = await rolecall(['cache', command], { ROLECALL_STORE_DIR: join(home, 'file/x') })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain(`cannot be looked at (ENOTDIR): ${join(home, 'file/x')}\n`)
  expect(stderr).toContain('ROLECALL_STORE_DIR')
})

test('the key of sealed sessions may come by standard input', async () => {
  const { home, calls } = await createRoleWorld()
  const env = bareEnv(home, { ROLECALL_STORE_KEY: 'stdin', AWS_PROFILE: 'base' })
  const { status, stdout } = await run(process.execPath, [ROLECALL, 'cache', 'ls'], env, `${'A'.repeat(43)}=\n`)
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'No sessions are kept.\n' })
  expect(calls()).toBe(0)
})
