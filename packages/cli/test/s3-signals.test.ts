/** A copy that is ended by a signal leaves nothing behind, neither here nor in the store. */
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { until } from './serve-world.ts'
import { createHome, KEYS, startRolecall } from './world.ts'

const env = { ...KEYS, AWS_REGION: 'us-east-1' }
const MIB = 1024 * 1024
const BEGUN = '<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>'

/** A store that begins uploads and downloads, and gets no further. */
async function slowStore(end = (response: ServerResponse) => void response.writeHead(204).end()) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    asked.push(`${method} ${url.replace(/x-id=\w+&?/, '')}`)
    if (method === 'DELETE') end(response)
    else if (method === 'POST') response.end(BEGUN)
    else if (method === 'PUT') request.resume()
    else {
      response.writeHead(200, { 'content-length': 1000, etag: '"e"' })
      if (method === 'HEAD') response.end()
      else response.write('half')
    }
  })
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const seen = (what: RegExp) =>
    until(
      () => asked.find((line) => what.test(line)),
      (line) => line !== undefined,
    )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`, asked, seen }
}

function startUpload(url: string) {
  const home = createHome()
  writeFileSync(join(home, 'big'), new Uint8Array(9 * MIB))
  return startRolecall(['s3', 'cp', 'big', `${url}/`], { env, home })
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

test.each(SIGNALS)('an upload that is ended by %s is ended at the store', async (signal) => {
  const { url, asked, seen } = await slowStore()
  const child = startUpload(url)
  await seen(/^PUT .*partNumber=/)
  child.kill(signal)
  child.kill(signal) // as supervisors do
  expect(await once(child, 'exit')).toEqual([null, signal])
  expect(asked).toContainEqual(expect.stringMatching(/^DELETE \/bucket\/big\?.*uploadId=U1/))
})

test.each(SIGNALS)('a download that is ended by %s leaves no part of the file', async (signal) => {
  const { url } = await slowStore()
  const home = createHome()
  const child = startRolecall(['s3', 'cp', `${url}/big`, '.'], { env, home })
  await until(
    () => readdirSync(home),
    (names) => names.length === 1,
  )
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([null, signal])
  expect(readdirSync(home)).toEqual([])
})

test('a second signal does not wait for the store', async () => {
  const { url, seen } = await slowStore(() => {})
  const child = startUpload(url)
  const ended = once(child, 'exit')
  await seen(/^PUT .*partNumber=/)
  child.kill('SIGTERM')
  await seen(/^DELETE/)
  await wait(600) // what comes sooner is the same signal once more
  child.kill('SIGINT')
  expect(await ended).toEqual([null, 'SIGTERM'])
})
