import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandbox } from '@rolecall/sandbox'
import { expect, onTestFinished, test } from 'vitest'
import { ask, playSource, type Reply, serve, until } from './serve-world.ts'
import { createHome, rolecall, SESSION } from './world.ts'

const idOf = ({ json }: Reply): string => json?.['AccessKeyId'] ?? ''

/** A program that gives sessions of a second and a half, unless there is a file `broken`. */
const PROCESS = `
  if (require('node:fs').existsSync('broken')) process.exit(1)
  const Expiration = new Date(Date.now() + 1_500).toISOString()
  console.log(JSON.stringify({ Version: 1, AccessKeyId: 'ASIA' + Date.now(), SecretAccessKey: 's', Expiration }))`

function createProcessHome(files: Record<string, string> = {}): string {
  const config = `[default]\ncredential_process = '${process.execPath}' process.cjs\n`
  return createHome({ 'process.cjs': PROCESS, '.aws/config': config, ...files })
}

test('sessions of seconds are renewed while they are good, and not for each caller', async () => {
  const source = await playSource({ lifeMs: 1_000 })
  const served = await serve([], { env: source.env })
  let calls = 0
  const seen = new Set<string>()
  await until(
    async () => {
      calls++
      const reply = await ask(served)
      expect(reply.status).toBe(200)
      return seen.add(idOf(reply)).size
    },
    (sessions) => sessions === 4,
  )
  expect(source.asked).toBeLessThanOrEqual(5)
  expect(calls).toBeGreaterThan(5)
  expect(served.events()).toContainEqual({
    event: 'refreshed',
    at: expect.any(String),
    source: 'container',
    expiration: expect.any(String),
  })
})

test('while the source fails what is valid is served, then an error, and again credentials when it is well', async () => {
  const home = createProcessHome()
  const served = await serve([], { home })
  const first = idOf(await ask(served))
  writeFileSync(join(home, 'broken'), '')
  const replies: Reply[] = []
  const failed = await until(
    async () => {
      const reply = await ask(served)
      replies.push(reply)
      return reply
    },
    ({ status }) => status !== 200,
  )
  expect(replies.map(idOf)).toContain(first)
  expect(failed).toMatchObject({
    status: 503,
    json: { code: 'PROCESS_FAILED', message: expect.stringContaining('process') },
  })
  expect(Object.keys(failed.json ?? {})).toEqual(['code', 'message'])
  expect(served.events()).toContainEqual(
    expect.objectContaining({ event: 'refresh-failed', code: 'PROCESS_FAILED', validUntil: expect.any(String) }),
  )

  rmSync(join(home, 'broken'))
  await until(
    () => ask(served),
    ({ status }) => status === 200,
  )
})

test('a server starts before its source is well, and says so', async () => {
  const home = createProcessHome({ broken: '' })
  const served = await serve([], { home })
  expect(await ask(served)).toMatchObject({ status: 503, json: { code: 'PROCESS_FAILED' } })
  expect(served.events().map(({ event }) => event)).toEqual(['ready', 'refresh-failed'])
  rmSync(join(home, 'broken'))
  await until(
    () => ask(served),
    ({ status }) => status === 200,
  )
})

test('what an upstream says is not passed on', async () => {
  const source = await playSource({ lifeMs: 1_000 })
  const served = await serve([], { env: source.env })
  source.answer = { status: 403 }
  const { status, body } = await until(
    () => ask(served),
    (reply) => reply.status !== 200,
  )
  expect({ status, code: JSON.parse(body).code }).toEqual({ status: 500, code: 'SOURCE_REFUSED' })
  expect(body + JSON.stringify(served.events())).not.toContain('canary')
})

test('a role of the sandbox is assumed once for all, narrowed as asked', async () => {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.stop())
  const env = await sandbox.env('keys')
  const role = ['--role-arn', 'arn:aws:iam::123456789012:role/demo', '--read-only', '--allow-account', '123456789012']
  const served = await serve(role, { env })
  const replies = await Promise.all(Array.from({ length: 20 }, () => ask(served)))
  expect(new Set(replies.map(idOf)).size).toBe(1)
  expect(sandbox.calls.filter(({ operation }) => operation === 'AssumeRole').length).toBe(1)
})

test('another account than the one that is allowed is not served', async () => {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.stop())
  const env = await sandbox.env('keys')
  const { status, stdout, stderr } = await rolecall(['serve', '--json', '--allow-account', '999999999999'], { env })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ACCOUNT_NOT_ALLOWED' } })
})

test('what cannot be narrowed is not served', async () => {
  const { status, stdout, stderr } = await rolecall(['serve', '--json', '--read-only'], { env: SESSION })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'NARROWING_IMPOSSIBLE' } })
})
