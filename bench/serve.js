/**
 * The credential server against a bare node server that sends the same bytes after a token check: both in processes of their
 * own, asked by turns over connections that stay open.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROUNDS = 21
const ROUND_MS = 500
const CONNECTIONS = 32
const CLI = join(import.meta.dirname, '../packages/cli/dist/rolecall.cjs')
const KEYS = {
  AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'bench-secret-access-key',
  AWS_SESSION_TOKEN: 'bench-session-token'.repeat(20),
}

/** Says its address and the token as `rolecall serve --json` does. What it sends comes by an argument. */
const BARE = `
  const token = 'A'.repeat(43)
  const { headers, body } = JSON.parse(process.argv[1])
  const server = require('node:http').createServer((request, response) => {
    if (request.headers.authorization !== token) return response.writeHead(401).end()
    response.writeHead(200, headers)
    response.end(body)
  })
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ env: {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:' + server.address().port + '/',
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
  } })))`

export async function measureServe() {
  const env = { PATH: process.env.PATH, HOME: tmpdir(), AWS_EC2_METADATA_DISABLED: 'true', ...KEYS }
  const ours = await start([CLI, 'serve', '--json'], env)
  const sample = await readSample(ours)
  const bare = await start(['-e', BARE, JSON.stringify(sample)], env)
  try {
    const rounds = []
    for (let round = 0; round <= ROUNDS; round++) rounds.push({ ours: await load(ours), bare: await load(bare) })
    rounds.shift() // it warms them up
    const ratio = median(rounds.map(({ ours, bare }) => ours.rate / bare.rate)).toFixed(2)
    report(
      'rolecall serve',
      rounds.map(({ ours }) => ours),
      `${ratio} x a bare server`,
    )
    report(
      'a bare server',
      rounds.map(({ bare }) => bare),
      '',
    )
  } finally {
    ours.child.kill()
    bare.child.kill()
  }
}

function report(name, rounds, ratio) {
  const rate = `${median(rounds.map(({ rate }) => rate)).toFixed(0)} a second`.padStart(16)
  const p99 = `${median(rounds.map(({ p99Ms }) => p99Ms)).toFixed(2)} ms`
  console.log(`  ${name.padEnd(20)}${rate}  p99 ${p99}  ${ratio}`)
}

async function start(args, env) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(child.stdout, 'data')
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = JSON.parse(line).env
  return { child, url, port: Number(new URL(url).port), token }
}

/** What the bare server is to send, too. */
async function readSample({ url, token }) {
  const answer = await fetch(url, { headers: { authorization: token } })
  const body = await answer.text()
  const own = ['content-type', 'content-length', 'cache-control', 'x-content-type-options']
  return { body, headers: Object.fromEntries(own.map((name) => [name, answer.headers.get(name)])) }
}

/** Each connection asks again when it has its answer, for the time of a round. */
async function load({ port, token }) {
  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: application/json\r\nAuthorization: ${token}\r\n\r\n`
  const times = []
  const startedAt = performance.now()
  const endsAt = startedAt + ROUND_MS
  const ask = () =>
    new Promise((resolve, reject) => {
      let askedAt
      const socket = connect(port, '127.0.0.1')
      const next = () => {
        askedAt = performance.now()
        if (askedAt < endsAt) socket.write(request)
        else resolve(socket.destroy())
      }
      socket.on('connect', next).on('error', reject)
      socket.on('data', (bytes) => {
        if (bytes[9] !== 0x32) return reject(new Error('an answer that is not 200')) // "HTTP/1.1 2"
        if (bytes.at(-1) !== 0x7d) return // the rest of the body is to come
        times.push(performance.now() - askedAt)
        next()
      })
    })
  await Promise.all(Array.from({ length: CONNECTIONS }, ask))
  const lasted = performance.now() - startedAt
  times.sort((a, b) => a - b)
  return { rate: (times.length / lasted) * 1_000, p99Ms: times[Math.floor(times.length * 0.99)] }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
