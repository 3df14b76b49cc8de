/** An upload is given up while it begins: nobody waits for long, and what was begun is ended. */
import { setImmediate as turn } from 'node:timers/promises'
import type { S3Files, S3FilesOptions } from '@rolecall/s3-files'
import { expect, test } from 'vitest'
import { emptyHost, failure, KEYS, playedFiles, type Sent } from './played-store.ts'

const MIB = 1024 * 1024
const reason = new Error('the user has left')
const BEGUN = '<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>'

async function* source() {
  yield new Uint8Array(9 * MIB)
}

type Work = (files: S3Files, signal: AbortSignal) => Promise<unknown>

const WORKS: readonly [what: string, work: Work][] = [
  ['a stream', (files, signal) => files.writeStream('/a', source(), { signal })],
  ['a copy in parts', (files, signal) => files.copy('/b', '/a', { signal })],
]

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** A store whose answer to the beginning of an upload is given by hand, and a clock by which a wait is soon over. */
function openSilentStore(options: Partial<S3FilesOptions> = {}, beginning = BEGUN) {
  const asked = deferred<void>()
  const begun = deferred<void>()
  const sleeps: number[] = []
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    sleeps.push(ms)
    for (let turns = 0; turns < 200 && !signal.aborted; turns++) await turn()
    signal.throwIfAborted()
  }
  const play = async ({ method, url }: Sent) => {
    if (method === 'HEAD') return { headers: { 'content-length': `${9 * MIB}`, etag: '"e"' } }
    if (!url.includes('uploads')) return { status: 204 }
    asked.resolve()
    await begun.promise
    return { body: beginning }
  }
  const host = { ...emptyHost(), sleep }
  const played = playedFiles(play, { host, credentials: async () => KEYS, copyCutoffBytes: 5 * MIB, ...options })
  const ended = () => played.sent.filter(({ method, url }) => method === 'DELETE' && url.includes('uploadId=U1')).length
  return { ...played, asked: asked.promise, answer: begun.resolve, sleeps, ended }
}

test.each(WORKS)('%s does not wait for a silent store, and is ended when that answers', async (_, work) => {
  const { files, asked, answer, sleeps, ended } = openSilentStore()
  const abort = new AbortController()
  const failed = failure(work(files, abort.signal))
  await asked
  abort.abort(reason)
  expect(await failed).toBe(reason)
  expect(sleeps).toEqual([3_000])
  answer()
  await expect.poll(ended).toBe(1)
})

/** Given up while it begins; the answer comes at once. */
async function giveUp({ files, asked, answer }: ReturnType<typeof openSilentStore>, work: Work): Promise<void> {
  const abort = new AbortController()
  const failed = failure(work(files, abort.signal))
  await asked
  abort.abort(reason)
  answer()
  expect(await failed).toBe(reason)
}

test.each(WORKS)('%s waits a little for the answer, and is ended before it fails', async (_, work) => {
  const store = openSilentStore()
  await giveUp(store, work)
  expect(store.ended()).toBe(1)
})

test.each(WORKS)('%s that began without an upload id removes nothing: it would be the file', async (_, work) => {
  const store = openSilentStore({}, '<InitiateMultipartUploadResult/>')
  await giveUp(store, work)
  expect(store.sent.filter(({ method }) => method === 'DELETE')).toEqual([])
})

test('where there are no keys yet, nothing is waited for, and nothing is sent when they come', async () => {
  const keys = deferred<typeof KEYS>()
  const asked = deferred<void>()
  const credentials = () => {
    asked.resolve()
    return keys.promise
  }
  const { files, sleeps, sent } = openSilentStore({ credentials })
  const abort = new AbortController()
  const failed = failure(files.writeStream('/a', source(), { signal: abort.signal }))
  await asked.promise
  abort.abort(reason)
  expect(await failed).toBe(reason)
  expect(sleeps).toEqual([])
  keys.resolve(KEYS)
  for (let turns = 0; turns < 20; turns++) await turn()
  expect(sent).toEqual([])
})
