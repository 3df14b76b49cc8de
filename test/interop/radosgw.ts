/**
 * radosgw, the S3 and STS of Ceph, on loopback and in memory: a monitor, one store and the gateway. It checks signatures,
 * session tokens, their expiry and the clock, and lets OpenID Connect identities in.
 *
 * Source  https://docs.ceph.com/en/latest/radosgw/config-ref/
 *         https://docs.ceph.com/en/latest/radosgw/STS/
 * @module
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { requireProgram } from './sandbox-child.ts'

const CLUSTER = '11111111-2222-3333-4444-555555555555'
const OSD = '99999999-2222-3333-4444-555555555555'
const STORE_BYTES = 4 * 1024 ** 3
const START_DEADLINE_MS = 90_000
const run = promisify(execFile)

export interface Radosgw {
  /** http://127.0.0.1:PORT, of S3, STS and IAM. */
  readonly url: string
  /** Of a user who may do everything. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Runs `radosgw-admin`. */
  admin(...args: readonly string[]): Promise<string>
  /** @returns the URL of a new, empty bucket. */
  createBucket(): Promise<string>
  /** Ends the gateway at once, as if its machine had gone; what is stored stays. */
  kill(): Promise<void>
  /** Starts it again, at the same address. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** @throws Error that names what is not installed. */
export async function startRadosgw(): Promise<Radosgw> {
  for (const program of ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'monmaptool'])
    await requireProgram(program, ['--version'], 'radosgw, ceph-mon, ceph-osd and ceph-common')
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-radosgw-'))
  const [port, ...monitor] = await freePorts(3)
  const url = `http://127.0.0.1:${port}`
  await writeConfig(folder, port, monitor)

  const daemons: ChildProcess[] = []
  const killAll = (): void => daemons.forEach((daemon) => void daemon.kill('SIGKILL'))
  process.once('exit', killAll) // also when a start fails half-way
  const startDaemon = (program: string, ...args: string[]): ChildProcess => {
    const child = spawn(program, ['-c', 'ceph.conf', '-f', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const log = createWriteStream(join(folder, `${program}.out`), { flags: 'a' })
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    daemons.push(child)
    return child
  }
  const ceph = (...args: string[]): Promise<string> => output('ceph', ['-c', 'ceph.conf', ...args], folder)
  const admin: Radosgw['admin'] = (...args) =>
    output('radosgw-admin', ['-c', 'ceph.conf', '-n', 'client.rgw', ...args], folder)

  const [v2, v1] = monitor
  const address = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`
  await output('monmaptool', ['--create', '--fsid', CLUSTER, '--addv', 'a', address, 'monmap'], folder)
  await output('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', 'monmap', '-c', 'ceph.conf'], folder)
  startDaemon('ceph-mon', '-i', 'a')
  await until('the monitor', () => ceph('osd', 'new', OSD))
  await output('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', OSD, '-c', 'ceph.conf'], folder)
  await ceph('osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=localhost')
  startDaemon('ceph-osd', '-i', '0')
  await until('the store', async () => {
    if (!(await ceph('osd', 'stat')).includes('1 up')) throw new Error('not yet')
  })

  let gateway: ChildProcess | undefined
  const start = async (): Promise<void> => {
    gateway = startDaemon('radosgw', '-n', 'client.rgw')
    await until('the gateway', () => fetch(url).then((response) => response.text()))
  }
  await start()
  const keys = { accessKeyId: 'AKIAROLECALLADMIN001', secretAccessKey: 'the-secret-of-the-admin' }
  const { accessKeyId, secretAccessKey } = keys
  const names = [
    '--uid=admin',
    '--display-name=admin',
    `--access-key=${accessKeyId}`,
    `--secret-key=${secretAccessKey}`,
  ]
  await admin('user', 'create', ...names, '--caps=oidc-provider=*;roles=*')

  const client = new S3Client({ endpoint: url, region: 'us-east-1', forcePathStyle: true, credentials: keys })
  let buckets = 0
  return {
    url,
    keys,
    admin,
    start,
    async createBucket() {
      const Bucket = `bucket-${buckets++}`
      await client.send(new CreateBucketCommand({ Bucket }))
      return `${url}/${Bucket}`
    },
    async kill() {
      if (gateway) await ended(gateway, 'SIGKILL')
    },
    async stop() {
      client.destroy()
      process.off('exit', killAll)
      for (const daemon of daemons.reverse()) await ended(daemon, 'SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function output(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await run(program, [...args], { cwd })
  return stdout
}

async function until(what: string, work: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS
  for (;;) {
    const error = await work().then(
      () => undefined,
      (error: unknown) => error,
    )
    if (error === undefined) return
    if (Date.now() > deadline) throw new Error(`${what} did not start`, { cause: error })
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await end
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** `ms mon client mode = crc` is needed where nobody authenticates: without it the gateway waits for ever. */
async function writeConfig(folder: string, port: number | undefined, [v2, v1]: readonly number[]): Promise<void> {
  for (const name of ['mon', 'osd', 'rgw', 'run']) await mkdir(join(folder, name))
  const config = `[global]
fsid = ${CLUSTER}
mon host = v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 4
mon max pg per osd = 2000
mon warn on pool no redundancy = false
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
pid file = ${folder}/run/$name.pid
log file = /dev/null
[mon.a]
mon data = ${folder}/mon
[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = ${STORE_BYTES}
osd class load list = *
osd class default list = *
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw s3 auth use sts = true
rgw sts key = abcdefghijklmnop
rgw sts max session duration = 43200
rgw sts min session duration = 5
rgw dns name = localhost
rgw data = ${folder}/rgw
ms mon client mode = crc
`
  await writeFile(join(folder, 'ceph.conf'), config)
}
