/** The shared store with real processes, files and signals: what is true of one machine, scaled down. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const PACKAGE = join(import.meta.dirname, '../dist/index.js')
const PROGRAM = `
  const { createCredentials } = await import(process.argv[1])
  const warn = (event) => event.type === 'warning' && console.error(event.code)
  const { accessKeyId } = await createCredentials({ profile: 'deploy', store: 'shared', onEvent: warn })()
  process.stdout.write(accessKeyId)`
const WITH_UMASK = `process.umask(Number(process.env.UMASK)); ${PROGRAM}`
const CONFIG = `[profile base]
aws_access_key_id = AKIABASEBASEBASE0001
aws_secret_access_key = base-secret
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = base
region = us-east-1
`

/** A machine with one home folder, and STS, which numbers its sessions. */
async function startMachine({ delayMs = 0, lifeMs = 3_600_000 } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'rolecall-store-'))
  mkdirSync(join(home, '.aws'))
  writeFileSync(join(home, '.aws/config'), CONFIG)
  let calls = 0
  let onCall = (): void => {}
  const server = createServer((request, response) => {
    calls += 1
    const key = `ASIASESSION${String(calls).padStart(9, '0')}`
    const end = new Date(Date.now() + lifeMs).toISOString()
    request.resume()
    onCall()
    setTimeout(() => {
      response.end(`<A><B><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>t</SessionToken><Expiration>${end}</Expiration></Credentials></B></A>`)
    }, delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    rmSync(home, { recursive: true, force: true })
  })
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
  return {
    home,
    store: join(home, '.cache/rolecall'),
    get calls() {
      return calls
    },
    nextCall: () =>
      new Promise<void>((resolve) => {
        onCall = resolve
      }),
    start: (extra: Record<string, string> = {}) => {
      const program = extra['UMASK'] === undefined ? PROGRAM : WITH_UMASK
      return spawn(process.execPath, ['--input-type=module', '-e', program, PACKAGE], { env: { ...env, ...extra } })
    },
    /** Its disk has no room: each byte that it writes to a file is refused. */
    startWithoutRoom: () => {
      const line = 'trap "" 25; ulimit -f 0; exec "$0" "$@"'
      return spawn('sh', ['-c', line, process.execPath, '--input-type=module', '-e', PROGRAM, PACKAGE], { env })
    },
  }
}

function ended(child: ChildProcess): Promise<{ key: string; warnings: string[] }> {
  let [out, err] = ['', '']
  child.stdout?.on('data', (text) => {
    out += text
  })
  child.stderr?.on('data', (text) => {
    err += text
  })
  return new Promise((resolve) => {
    child.once('close', () => resolve({ key: out, warnings: err.split('\n').filter(Boolean) }))
  })
}

const FIRST = 'ASIASESSION000000001'
const files = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' })

test('processes that start together make one request and have one key', async () => {
  const machine = await startMachine({ delayMs: 100 })
  const all = await Promise.all(Array.from({ length: 12 }, () => ended(machine.start())))
  expect(all).toEqual(Array(12).fill({ key: FIRST, warnings: [] }))
  expect(machine.calls).toBe(1)
})

test.each(['', 'half of a key'])('a key of the locks that was cut off (%j) is made anew', async (rest) => {
  const machine = await startMachine({ delayMs: 100 })
  mkdirSync(machine.store, { recursive: true, mode: 0o700 })
  const file = join(machine.store, 'lock-key')
  writeFileSync(file, rest, { mode: 0o600 })
  expect(await ended(machine.start())).toEqual({ key: FIRST, warnings: [] })
  expect(lstatSync(file)).toMatchObject({ size: 32, mode: 0o100600 })
})

test('who waits takes over at once when the owner of the lock is killed in the middle of its request', async () => {
  const machine = await startMachine({ delayMs: 1_500 })
  const called = machine.nextCall()
  const owner = machine.start()
  await called
  const waiting = Array.from({ length: 4 }, () => ended(machine.start()))
  await new Promise((resolve) => setTimeout(resolve, 400)) // they are at the lock by then, or come to it after
  owner.kill('SIGKILL')
  const all = await Promise.all(waiting)
  expect(new Set(all.map(({ key }) => key)).size).toBe(1)
  expect(machine.calls).toBe(2)
})

test('an owner that is stopped keeps the others waiting for its lease and no longer', async () => {
  const machine = await startMachine({ delayMs: 300 })
  const called = machine.nextCall()
  const owner = machine.start()
  await called
  owner.kill('SIGSTOP')
  const all = await Promise.all(Array.from({ length: 3 }, () => ended(machine.start())))
  expect(new Set(all.map(({ key }) => key)).size).toBe(1)
  expect(machine.calls).toBe(2)
  owner.kill('SIGCONT')
  await ended(owner)
  expect((await ended(machine.start())).key, 'what was written meanwhile stays').toBe(all[0]?.key)
})

test.each(['0', '0o077', '0o777'])('with a umask of %s files are 0600 and folders 0700', async (umask) => {
  const machine = await startMachine()
  expect(await ended(machine.start({ UMASK: umask }))).toEqual({ key: FIRST, warnings: [] })
  const modes = files(machine.store).map((name) => {
    const stats = lstatSync(join(machine.store, name))
    return [stats.isDirectory(), stats.mode & 0o777]
  })
  expect(modes.length).toBeGreaterThanOrEqual(3)
  for (const [isFolder, mode] of modes) expect(mode).toBe(isFolder ? 0o700 : 0o600)
  expect((await ended(machine.start())).key).toBe(FIRST)
  expect(machine.calls).toBe(1)
})

/** What stands where the store should be; the credentials come all the same, with one warning. */
test.each<[what: string, prepare: (store: string, elsewhere: string) => void]>([
  ['a link', (store, elsewhere) => symlinkSync(elsewhere, store)],
  ['a file', (store) => writeFileSync(store, '')],
  [
    'a folder that all may write to',
    (store) => {
      mkdirSync(store)
      chmodSync(store, 0o777)
    },
  ],
])('%s is not used as the store', async (_what, prepare) => {
  const machine = await startMachine()
  const elsewhere = join(machine.home, 'elsewhere')
  mkdirSync(elsewhere)
  mkdirSync(join(machine.home, '.cache'))
  prepare(machine.store, elsewhere)
  expect(await ended(machine.start())).toEqual({ key: FIRST, warnings: ['STORE_NOT_USED'] })
  expect(files(elsewhere).filter((name) => name.endsWith('.json'))).toEqual([])
})

test('a disk without room costs the entry, not the credentials: what was there stays, and nothing is left', async () => {
  const machine = await startMachine({ lifeMs: 2_000 })
  expect(await ended(machine.startWithoutRoom())).toEqual({ key: FIRST, warnings: ['STORE_NOT_USED'] })
  const folder = join(machine.store, 'sessions')
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([])

  const { key } = await ended(machine.start())
  const [name = ''] = readdirSync(folder)
  const before = readFileSync(join(folder, name), 'utf8')
  await new Promise((resolve) => setTimeout(resolve, 1_600)) // in the last quarter of its life nobody goes on with it
  const next = await ended(machine.startWithoutRoom())
  expect(next).toEqual({ key: expect.stringMatching(/^ASIA/), warnings: ['STORE_NOT_USED'] })
  expect(next.key).not.toBe(key)
  expect(readdirSync(folder)).toEqual([name])
  expect(readFileSync(join(folder, name), 'utf8')).toBe(before)
})

test('an entry that is a link, a pipe, or one that others can read, is none: it is replaced, and its target stays', async () => {
  const machine = await startMachine()
  await ended(machine.start())
  const folder = join(machine.store, 'sessions')
  const entry = join(folder, readdirSync(folder)[0] ?? '')
  const aside = join(machine.home, 'aside.json')
  for (const spoil of [
    () => chmodSync(entry, 0o644),
    () => {
      writeFileSync(aside, 'mine')
      rmSync(entry)
      symlinkSync(aside, entry)
    },
    () => {
      rmSync(entry)
      linkSync(aside, entry)
    },
    () => {
      rmSync(entry)
      execFileSync('mkfifo', [entry])
    },
  ]) {
    const before = machine.calls
    rmSync(join(machine.home, '.aws/cli'), { recursive: true, force: true })
    spoil()
    await ended(machine.start())
    expect(machine.calls).toBe(before + 1)
    expect(lstatSync(entry).isFile()).toBe(true)
    expect(lstatSync(entry).mode & 0o777).toBe(0o600)
  }
  expect(readFileSync(aside, 'utf8')).toBe('mine')
})

test('a process that is killed while it writes loses nothing, and what it leaves is swept', async () => {
  const machine = await startMachine({ lifeMs: 2_000 }) // due at half of its life: nearly each process writes
  for (let round = 0; round < 8; round++) {
    const called = machine.nextCall()
    const child = machine.start()
    const end = ended(child)
    await Promise.race([called, end])
    await new Promise((resolve) => setTimeout(resolve, round / 2))
    child.kill('SIGKILL')
    await end
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const folder = join(machine.store, 'sessions')
  expect((await ended(machine.start())).key).toMatch(/^ASIA/)
  if (existsSync(folder))
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp')).length).toBeLessThanOrEqual(1)
})
