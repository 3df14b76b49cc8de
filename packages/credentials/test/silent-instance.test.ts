/** An address that swallows what is sent to it, by real sockets. */
import { type ChildProcess, spawn } from 'node:child_process'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createCredentials } from '../src/index.ts'
import type { Host } from '../src/model/host.ts'
import { nodeHost } from '../src/node.ts'
import { failureOf } from './fake-host.ts'

const INSTANCE = '169.254.169.254'
const children: ChildProcess[] = []
const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

/** Takes every connection, reads what comes, and says nothing. */
async function listenInSilence(): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    socket.resume()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Takes no connection, and has no room left for any that wait: the system drops whoever knocks. */
async function listenWithoutRoom(): Promise<number> {
  const program = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    require('node:fs').writeSync(1, this.address().port + '\\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (line) => resolve(Number(line))))
  const knock = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      sockets.add(socket)
      socket.on('error', () => {})
      setTimeout(() => resolve(false), 300)
    })
  for (let room = true, tries = 0; room; tries++) {
    expect(tries).toBeLessThan(20)
    room = await knock()
  }
  return port
}

/** A machine where nothing is configured, whose instance is at this port, and what it waited for to its end. */
function machine(port: number, env: Host['env'] = {}): { host: Host; waitedMs: number[] } {
  const real = nodeHost()
  const waitedMs: number[] = []
  const host: Host = {
    ...real,
    env: { HOME: '/nonexistent', ...env },
    homeDir: undefined,
    fetch: (url, init) => real.fetch(url.replace(INSTANCE, `127.0.0.1:${port}`), init),
    async sleep(milliseconds, signal) {
      await real.sleep(milliseconds, signal)
      waitedMs.push(milliseconds)
    },
  }
  return { host, waitedMs }
}

describe.each<[name: string, listen: () => Promise<number>]>([
  ['that takes requests and never answers', listenInSilence],
  ['whose packets are dropped', listenWithoutRoom],
])('an instance %s', (_name, listen) => {
  test('ends the whole chain by its deadline of two seconds', async () => {
    const { host, waitedMs } = machine(await listen())
    const error = await failureOf(createCredentials({ host })())
    expect(error).toMatchObject({
      code: 'NO_CREDENTIALS',
      attempts: expect.arrayContaining([
        { source: 'instance', outcome: 'skipped', reason: expect.stringContaining('no answer') },
      ]),
    })
    expect(Math.max(...waitedMs)).toBe(2_000)
  })

  test('is an error where somebody named it', async () => {
    const port = await listen()
    const { host, waitedMs } = machine(port, { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}` })
    const source = createCredentials({ host })
    expect(await failureOf(source())).toMatchObject({ code: 'SOURCE_UNREACHABLE', source: 'instance' })
    expect(await source.explain()).toMatchObject({ outcome: 'failed' })
    expect(Math.max(...waitedMs)).toBe(2_000)
  })
})
