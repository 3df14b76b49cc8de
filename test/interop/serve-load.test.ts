import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { fromHttp } from '@aws-sdk/credential-providers'
import { startSandbox } from '@rolecall/sandbox'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { ask, type Served, sendRaw, serve, until } from '../../packages/cli/test/serve-world.ts'
import { bareEnv, createHome, ROLECALL, SESSION } from '../../packages/cli/test/world.ts'
import { requireProgram } from './sandbox-child.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

beforeAll(async () => {
  if (process.platform !== 'linux') throw new Error('This suite needs Linux: it looks into /proc')
  const { stdout } = await run('sh', ['-c', 'ulimit -n'])
  if (Number(stdout) < 11_000) throw new Error(`This suite needs 11,000 open files, and ulimit -n is ${stdout.trim()}`)
  await requireProgram('setpriv', ['--version'], 'setpriv of util-linux')
  if (process.getuid?.() !== 0) throw new Error('This suite needs root: it becomes another user')
})

const residentMiB = ({ child }: Served): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
const openFiles = ({ child }: Served): number => readdirSync(`/proc/${child.pid}/fd`).length

/** Credentials by the AWS SDK, which waits a second for them. */
const getBySdk = ({ url, token }: Served) =>
  fromHttp({ awsContainerCredentialsFullUri: url, awsContainerAuthorizationToken: token, maxRetries: 0 })()

/** Connections that send this and no more. */
async function open(count: number, served: Served, text: string): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(served.port, '127.0.0.1'))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once('connect', () => socket.write(text, () => resolve()))
          socket.once('error', () => resolve())
        }),
    ),
  )
  return sockets
}

test('it serves at least 0.7 of the requests that a bare node server does', async () => {
  const { stdout } = await run(process.execPath, ['bench/run.js', 'serve'], { cwd: ROOT })
  console.log(stdout)
  expect(Number(/([\d.]+) x a bare server/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(0.7)
})

test('10,000 callers during a renewal are one question to the source, and all get the same', async () => {
  const home = createHome({
    'process.cjs': `
      const { appendFileSync, existsSync, readFileSync } = require('node:fs')
      appendFileSync('asked', 'once\\n')
      const isFirst = readFileSync('asked', 'utf8').split('\\n').length === 2
      const give = (AccessKeyId, lifeMs) => {
        const Expiration = new Date(Date.now() + lifeMs).toISOString()
        console.log(JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey: 's', SessionToken: 't', Expiration }))
      }
      const wait = () => existsSync('go') ? give('ASIASECOND', 3_600_000) : setTimeout(wait, 20)
      if (isFirst) give('ASIAFIRST', 500)
      else wait()`,
    '.aws/config': `[default]\ncredential_process = '${process.execPath}' process.cjs\n`,
  })
  const served = await serve([], { home })
  const countAsked = (): number => readFileSync(join(home, 'asked'), 'utf8').split('\n').length - 1
  await until(countAsked, (asked) => asked === 2)
  await setTimeout(600) // the first session has ended

  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nAuthorization: ${served.token}\r\nConnection: close\r\n\r\n`
  const callers = await open(10_000, served, request)
  let goneAtMs = 0
  const times: number[] = []
  const answers = callers.map(
    (socket) =>
      new Promise<string>((resolve, reject) => {
        let answer = ''
        socket.setEncoding('latin1').on('data', (text) => {
          if (answer === '') times.push(performance.now() - goneAtMs)
          answer += text
        })
        socket.on('error', reject).on('end', () => resolve(answer))
      }),
  )
  await until(
    () => openFiles(served),
    (count) => count > callers.length,
  )
  expect(times).toEqual([])
  goneAtMs = performance.now()
  writeFileSync(join(home, 'go'), '')
  const bodies = (await Promise.all(answers)).map((answer) => answer.split('\r\n\r\n')[1])
  expect(new Set(bodies).size).toBe(1)
  expect(bodies[0]).toContain('ASIASECOND')
  expect(countAsked()).toBe(2)
  times.sort((a, b) => a - b)
  console.log(`10,000 waiting callers: p99 ${times[9_900]?.toFixed(0)} ms after the source was let go`)
})

test.each<[name: string, text: (served: Served) => string]>([
  ['say nothing', () => ''],
  ['send half a request', ({ port }) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `],
  ['send headers without an end', () => `GET / HTTP/1.1\r\nX-Huge: ${'x'.repeat(12_000)}`],
])('beside 5,000 connections that %s clients are served, and memory comes to an end', async (name, text) => {
  const served = await serve([], { env: SESSION })
  const before = { files: openFiles(served), MiB: residentMiB(served) }
  await open(5_000, served, text(served))
  for (let round = 0; round < 20; round++) {
    expect((await getBySdk(served)).accessKeyId).toBe(SESSION.AWS_ACCESS_KEY_ID)
    expect(await ask(served)).toMatchObject({ status: 200 })
  }
  const during = { files: openFiles(served), MiB: residentMiB(served) }
  console.log(`5,000 that ${name}:`, before, during)
  expect(during.MiB - before.MiB).toBeLessThan(400)
  await until(
    () => openFiles(served),
    (files) => files <= before.files + 2, // they are cut off in time
  )
})

test('beside more connections than the system allows clients are served', async () => {
  const home = createHome()
  const line = `ulimit -n 1024; exec '${process.execPath}' '${ROLECALL}' serve --json`
  const child = spawn('sh', ['-c', line], { env: bareEnv(home, SESSION) })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [text] = (await new Promise((resolve) => child.stdout.once('data', (...data) => resolve(data)))) as [Buffer]
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = JSON.parse(
    `${text}`,
  ).env
  const served = { url, token, port: Number(new URL(url).port), child } as Served
  for (let wave = 0; wave < 5; wave++) {
    await open(1_000, served, 'GET / HTTP/1.1\r\n')
    expect((await getBySdk(served)).accessKeyId).toBe(SESSION.AWS_ACCESS_KEY_ID)
  }
  expect(openFiles(served)).toBeLessThan(1_024)
})

test('beside readers that take nothing of what they asked for clients are served', async () => {
  const served = await serve(['--imds'], { env: SESSION })
  const one = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nAuthorization: ${served.token}\r\n\r\n`
  const before = residentMiB(served)
  const sockets = await open(200, served, '')
  for (const socket of sockets) socket.pause().write(one.repeat(2_000))
  for (let round = 0; round < 20; round++) expect(await ask(served)).toMatchObject({ status: 200 })
  console.log(`200 readers that take nothing of 2,000 answers: ${(residentMiB(served) - before).toFixed(0)} MiB`)
  expect(residentMiB(served) - before).toBeLessThan(400)
})

test('a hundred thousand tokens of the instance protocol take no room', async () => {
  const served = await serve(['--imds'], { env: SESSION })
  const head = `PUT /latest/api/token HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nX-aws-ec2-metadata-token-ttl-seconds: 21600\r\n`
  const put = async (count: number): Promise<void> => {
    const all = [...Array(count - 1).fill(''), 'Connection: close\r\n'].map((last) => `${head}${last}\r\n`).join('')
    expect((await sendRaw(served.port, all)).match(/HTTP\/1\.1 200/g)?.length).toBe(count)
  }
  const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }
  const { body: token } = await ask(served, '/latest/api/token', { method: 'PUT', headers: ttl })
  for (let round = 0; round < 10; round++) await put(1_000)
  const before = residentMiB(served)
  for (let round = 0; round < 90; round++) await put(1_000)
  expect(residentMiB(served) - before).toBeLessThan(40)
  const headers = { 'x-aws-ec2-metadata-token': token }
  const path = '/latest/meta-data/iam/security-credentials/rolecall'
  expect(await ask(served, path, { headers })).toMatchObject({ status: 200 })
})

test('another user of the machine gets nothing: not from the port, the token file or the socket file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-socket-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await run('chmod', ['755', folder])
  const socketPath = join(folder, 'rolecall.sock')
  const served = await serve(['--socket', socketPath], { env: SESSION })
  const file = served.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? ''
  const asNobody = async (command: string): Promise<string> => {
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', command]
    const { stdout, stderr } = await run('setpriv', nobody).catch((error) => error)
    return `${stdout}${stderr}`
  }
  expect(await asNobody(`cat '${file}'`)).toMatch(/Permission denied/)
  expect(await asNobody(`curl -s --unix-socket '${socketPath}' http://localhost/; echo $?`)).toBe('7\n')
  expect(await asNobody(`curl -s '${served.url}'`)).toContain('Unauthorized')
  expect(await asNobody(`tr '\\0' ' ' < /proc/${served.child.pid}/environ`)).toMatch(/Permission denied/)
  expect(await asNobody(`tr '\\0' ' ' < /proc/${served.child.pid}/cmdline`)).not.toContain(served.token)
})

test('a service that was down is asked again soon, whatever the shared store remembers', async () => {
  const sandbox = await startSandbox({ longestSessionSeconds: 4 })
  onTestFinished(() => sandbox.stop())
  const served = await serve([], { env: await sandbox.env('web-identity') })
  const first = (await ask(served)).json?.['AccessKeyId']
  sandbox.fault({ service: 'sts', status: 503 })
  await until(
    () => ask(served),
    ({ status }) => status === 503,
  )
  sandbox.fault({ service: 'sts' })
  const again = await until(
    () => ask(served),
    ({ status }) => status === 200,
  )
  expect(again.json?.['AccessKeyId']).not.toBe(first)
})
