import { describe, expect, test } from 'vitest'
import { type Reply, request } from '../../src/clients/request.ts'
import { type Answer, drip, type FakeHost, failureOf, fakeHost, silence } from '../fake-host.ts'

const URL_ = 'http://127.0.0.1/secret-path'
const answering = (answer: Answer): FakeHost => fakeHost({ http: { [`GET ${URL_}`]: answer } })
const ask = (host: FakeHost, signal = new AbortController().signal): Promise<Reply> =>
  request(host, { source: 'test', url: new URL(URL_), timeoutMs: 1_000, signal })

test.each([300, 301, 302, 303, 304, 307, 308])('it follows no redirect, and %i is final', async (status) => {
  const host = answering(new Response(null, { status, headers: { location: 'http://10.0.0.1/secret' } }))
  const error = await failureOf(ask(host))
  expect(error).toMatchObject({ code: 'SOURCE_REFUSED', message: expect.stringContaining(`answered ${status}`) })
  expect(error.message).not.toMatch(/10\.0\.0\.1|secret/)
  expect(host.requests).toMatchObject([{ redirect: 'manual' }])
})

test('a body of 64 KiB is read, one byte more is refused', async () => {
  expect((await ask(answering(new Response('x'.repeat(65_536))))).text).toHaveLength(65_536)
  expect(await failureOf(ask(answering(new Response('x'.repeat(65_537)))))).toMatchObject({
    code: 'RESPONSE_INVALID',
    message: expect.stringContaining('64 KiB'),
  })
})

test('a body of 200 MB is not read to its end', async () => {
  let sentBytes = 0
  let cancelled = false
  const chunk = new Uint8Array(16_384)
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sentBytes += chunk.byteLength
        if (sentBytes >= 200_000_000) controller.close()
        else controller.enqueue(chunk)
      },
      cancel() {
        cancelled = true
      },
    })
  expect(await failureOf(ask(answering(() => new Response(body()))))).toMatchObject({ code: 'RESPONSE_INVALID' })
  expect({ cancelled, little: sentBytes < 200_000 }).toEqual({ cancelled: true, little: true })
})

describe('in its time, whatever the other side does', () => {
  const half = (): Response => new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array([0x7b])) }))
  test.each<[name: string, answer: Answer]>([
    ['it never answers', silence],
    ['it stops after half an answer', half],
    ['it sends a byte now and then, for ever', (_, host) => new Response(drip(host, Array(1_000).fill('x'), 400))],
  ])('%s', async (_name, answer) => {
    const host = answering(answer)
    const outcome = failureOf(ask(host))
    await host.pass(999)
    expect(host.requests[0]?.signal.aborted).toBe(false)
    await host.pass(1)
    expect(await outcome).toMatchObject({ code: 'TIMEOUT', source: 'test', message: expect.stringContaining('1 s') })
    expect(host.requests[0]?.signal.aborted).toBe(true)
  })

  test('a slow answer is still one', async () => {
    const host = answering((_, host) => new Response(drip(host, ['a', 'b', 'c'], 200)))
    expect(await host.until(ask(host))).toMatchObject({ status: 200, text: 'abc' })
    expect(host.elapsedMs).toBe(800)
  })
})

test('when the answer is there nothing sleeps on, and the request is let go', async () => {
  const host = answering(new Response('x'))
  await ask(host)
  expect(host.sleeping).toBe(0)
})

test('a body that breaks off is no answer', async () => {
  const broken = (): Response =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array([0x7b]))
          controller.error(new TypeError('terminated: hunter2'))
        },
      }),
    )
  const error = await failureOf(ask(answering(broken)))
  expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
  expect(error).not.toHaveProperty('cause')
})

test.each([
  ['what fetch says', new TypeError('fetch failed: hunter2')],
  ['a path', new Error('secret-path')],
])('an error quotes neither %s nor the path', async (_name, problem) => {
  const error = await failureOf(ask(answering(problem)))
  expect(error.message).toContain('http://127.0.0.1')
  expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/hunter2|secret-path/)
})

test('a caller who gives up waits no longer, and gets the reason back as it went in', async () => {
  const reason = new Error('shutting down')
  const caller = new AbortController()
  const host = answering(silence)
  const outcome = expect(ask(host, caller.signal)).rejects.toBe(reason)
  await host.pass(1)
  caller.abort(reason)
  await outcome
  expect(host.sleeping).toBe(0)
  await expect(ask(answering(new Error('x')), AbortSignal.abort(reason))).rejects.toBe(reason)
})
