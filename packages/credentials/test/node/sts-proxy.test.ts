import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createCredentials } from '../../src/create-credentials.ts'
import type { Credentials } from '../../src/model/credentials.ts'
import type { Host } from '../../src/model/host.ts'
import { nodeHost } from '../../src/node.ts'
import { failureOf } from '../fake-host.ts'
import { stsSession } from '../sts-world.ts'
import { CA, proxyWorld, STS_HOST } from './proxy-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'rolecall-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const bundle = join(folder, 'ca.pem')
writeFileSync(bundle, CA)

const PROFILE = `[profile base]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = secret
[profile app]
role_arn = arn:aws:iam::123456789012:role/app
source_profile = base
region = eu-central-1
`
const { secure, proxy, sockets } = proxyWorld()
const session = await stsSession({ expiration: '2999-01-01T00:00:00Z' }).text()
const sts = (): Promise<number> => secure((_, response) => response.end(session))

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined)
})

const DEADLINE_MS = 5_000
/** Between two attempts it hardly waits; who answers has as long as ever. */
const BRISK: Host = {
  ...nodeHost(),
  sleep: (milliseconds, signal) =>
    nodeHost().sleep(milliseconds < DEADLINE_MS ? milliseconds / 100 : milliseconds, signal),
}
/** A hundred times as fast as the world. */
const HASTY: Host = { ...nodeHost(), sleep: (milliseconds, signal) => nodeHost().sleep(milliseconds / 100, signal) }

/** The role of a profile, through the one STS of its region. */
async function assume(settings = '', host = nodeHost()): Promise<Credentials> {
  const configFile = join(folder, 'config')
  writeFileSync(configFile, PROFILE + settings)
  const world = { ...host, homeDir: folder, env: { ...process.env, HOME: folder } }
  return createCredentials({ profile: 'app', configFile, host: world })()
}

describe('STS behind a proxy', () => {
  test.each([
    ['AWS_CA_BUNDLE', bundle, ''],
    ['ca_bundle of the profile', undefined, `ca_bundle = ${bundle}\n`],
  ])('is trusted by %s', async (_name, variable, setting) => {
    const { url, asked } = await proxy(await sts())
    vi.stubEnv('HTTPS_PROXY', url)
    vi.stubEnv('AWS_CA_BUNDLE', variable)
    expect(await assume(setting)).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01', source: 'profile' })
    expect(asked).toEqual([{ to: `${STS_HOST}:443`, by: `Basic ${btoa('user:hunter2')}` }])
  })

  test('is not trusted without a bundle', async () => {
    vi.stubEnv('HTTPS_PROXY', (await proxy(await sts())).url)
    expect(await failureOf(assume('', BRISK))).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      problem: expect.stringContaining('(UNABLE_TO_VERIFY_LEAF_SIGNATURE)'),
      remedy: expect.stringContaining('AWS_CA_BUNDLE'),
    })
  })

  test('that refuses is an error that does not tell its password', async () => {
    const { url, asked } = await proxy(1, 'refuses')
    vi.stubEnv('HTTPS_PROXY', url)
    const error = await failureOf(assume('', BRISK))
    expect(error).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      problem: expect.stringContaining('the proxy of HTTPS_PROXY answered 407'),
      remedy: expect.stringContaining('HTTPS_PROXY'),
    })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
    expect(asked).toHaveLength(4)
  })

  test('that is silent is given up by the deadline of STS, and let go', async () => {
    vi.stubEnv('HTTPS_PROXY', (await proxy(1, 'silent')).url)
    expect(await failureOf(assume('', HASTY))).toMatchObject({ code: 'TIMEOUT' })
    await expect.poll(() => sockets.size).toBe(0)
  })
})

describe('NO_PROXY', () => {
  test.each([
    STS_HOST,
    'amazonaws.com',
    `.amazonaws.com`,
    '*.amazonaws.com',
    '*',
    `a.example, ${STS_HOST}`,
    `${STS_HOST}:443`,
  ])('%s keeps STS from the proxy', async (pattern) => {
    const { url, asked } = await proxy(1)
    vi.stubEnv('HTTPS_PROXY', url)
    vi.stubEnv('NO_PROXY', pattern)
    const connections = watchConnections(url)
    await failureOf(assume('', BRISK))
    expect(asked).toEqual([])
    expect(new Set(connections)).toEqual(new Set([STS_HOST]))
  })

  test.each([
    'amazonaws.com.example',
    'ts.eu-central-1.amazonaws.com',
    'mazonaws.com',
    'amazonaws.com:8443',
    `${STS_HOST}:8443`,
    'localhost,127.0.0.1',
    ' ',
  ])('%j does not', async (pattern) => {
    const { url, asked } = await proxy(await sts())
    vi.stubEnv('HTTPS_PROXY', url)
    vi.stubEnv('NO_PROXY', pattern)
    expect(await assume(`ca_bundle = ${bundle}\n`)).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01' })
    expect(asked).toHaveLength(1)
  })
})

describe('what is on this machine or on its link is asked past every proxy', () => {
  test.each([
    'http://127.0.0.1:1',
    'http://localhost:1',
    'http://[::1]:1',
    'http://169.254.169.254',
    'http://169.254.170.2',
    'http://169.254.170.23',
    'http://[fd00:ec2::254]',
    'http://[fd00:ec2::23]',
    'https://127.0.0.1:1',
    'http://localhost.:1',
    'http://a.localhost:1',
    'http://[fe80::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:169.254.169.254]',
  ])('%s', async (address) => {
    const { url, asked } = await proxy(1)
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) vi.stubEnv(name, url)
    const connections = watchConnections(url)
    await expect(nodeHost().fetch(address, { signal: new AbortController().signal })).rejects.toThrow()
    expect(connections).toEqual([new URL(address).hostname.replace(/[[\]]/g, '')])
    expect(asked).toEqual([])
  })
})

/** Where sockets would go: none gets there, but those to the proxy. */
function watchConnections(proxyUrl: string): string[] {
  const hosts: string[] = []
  const original = Socket.prototype.connect
  const spy = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const [first] = args.flat() as { host?: string; port?: number | string }[]
    if (String(first?.port) === new URL(proxyUrl).port) return Reflect.apply(original, this, args)
    hosts.push(first?.host ?? '')
    queueMicrotask(() => this.destroy(new Error('no traffic')))
    return this
  } as typeof original)
  onTestFinished(() => spy.mockRestore())
  return hosts
}
