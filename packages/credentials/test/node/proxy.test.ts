import { createServer as createHttpServer } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { request } from '../../src/clients/request.ts'
import { nodeHost } from '../../src/node.ts'
import { failureOf } from '../fake-host.ts'
import { CA as ca, proxyWorld } from './proxy-world.ts'

const { listen, secure: serve, proxy, sockets } = proxyWorld()
const secure = (): Promise<number> => serve((_, response) => response.end('secure'))

const ask = (url: string, options: { ca?: string; timeoutMs?: number; signal?: AbortSignal } = {}) =>
  request(nodeHost(), {
    source: 'test',
    url: new URL(url),
    timeoutMs: 3_000,
    signal: new AbortController().signal,
    ...options,
  })

describe('through a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])(
    'that %s names goes what is meant for other machines',
    async (name) => {
      const { url, asked } = await proxy(await secure())
      vi.stubEnv(name, url)
      expect(await ask('https://creds.example/x', { ca })).toMatchObject({ status: 200, text: 'secure' })
      expect(asked).toEqual([{ to: 'creds.example:443', by: `Basic ${btoa('user:hunter2')}` }])
    },
  )

  test('that is named without a scheme is spoken to over http', async () => {
    const { url, asked } = await proxy(await secure())
    vi.stubEnv('HTTPS_PROXY', url.replace('http://', ''))
    expect(await ask('https://creds.example/x', { ca })).toMatchObject({ text: 'secure' })
    expect(asked).toHaveLength(1)
  })

  test('and http by HTTP_PROXY', async () => {
    const { url, asked } = await proxy(await listen(createHttpServer((_, response) => response.end('plain'))))
    vi.stubEnv('HTTP_PROXY', url)
    expect(await ask('http://creds.example/x')).toMatchObject({ text: 'plain' })
    expect(asked).toMatchObject([{ to: 'creds.example:80' }])
  })

  test.each(['https://127.0.0.1', 'https://localhost'])('not %s', async (base) => {
    const port = await secure()
    const { url, asked } = await proxy(port)
    vi.stubEnv('HTTPS_PROXY', url)
    const outcome = await ask(`${base}:${port}/`, { ca }).catch((error: Error & { code: string }) => error)
    expect(asked).toEqual([])
    if (base.includes('127')) expect(outcome).toMatchObject({ text: 'secure' })
  })

  test.each(['http://169.254.170.2', 'http://169.254.169.254', 'http://[fd00:ec2::23]'])(
    'nor link-local %s, whoever answers there',
    async (base) => {
      const { url, asked } = await proxy(await listen(createHttpServer((_, response) => response.end('by proxy'))))
      vi.stubEnv('HTTP_PROXY', url)
      const outcome = await ask(`${base}/`, { timeoutMs: 300 }).catch(() => 'nobody')
      expect(asked).toEqual([])
      expect(outcome).not.toMatchObject({ text: 'by proxy' })
    },
  )

  test('a proxy that refuses is no answer, and its password is not told', async () => {
    const { url } = await proxy(1, 'refuses')
    vi.stubEnv('HTTPS_PROXY', url)
    const error = await failureOf(ask('https://creds.example/', { ca }))
    expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
  })

  test('a proxy that is silent is given up in time, and let go', async () => {
    vi.stubEnv('HTTPS_PROXY', (await proxy(1, 'silent')).url)
    expect(await failureOf(ask('https://creds.example/', { ca, timeoutMs: 300 }))).toMatchObject({ code: 'TIMEOUT' })
    await expect.poll(() => sockets.size).toBe(0)
  })

  test('a proxy that is not there is no answer', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1')
    expect(await failureOf(ask('https://creds.example/'))).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      problem: expect.stringContaining('(ECONNREFUSED)'),
      remedy: expect.stringContaining('HTTPS_PROXY'),
    })
  })
})

describe('certificates', () => {
  test('that are given are trusted', async () => {
    expect(await ask(`https://127.0.0.1:${await secure()}/`, { ca })).toMatchObject({ text: 'secure' })
  })

  test('that nobody gave are not', async () => {
    expect(await failureOf(ask(`https://127.0.0.1:${await secure()}/`))).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      problem: expect.stringContaining('(UNABLE_TO_VERIFY_LEAF_SIGNATURE)'),
      remedy: expect.stringMatching(/AWS_CA_BUNDLE.*NODE_EXTRA_CA_CERTS/),
    })
  })

  test('are asked of what is behind a proxy, too', async () => {
    const { url } = await proxy(await secure())
    vi.stubEnv('HTTPS_PROXY', url)
    expect(await failureOf(ask('https://creds.example/'))).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
    expect(await failureOf(ask('https://other.example/', { ca }))).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
  })
})
