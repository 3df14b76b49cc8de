import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { fromHttp } from '@aws-sdk/credential-providers'
import { startSandbox } from '@rolecall/sandbox'
import { expect, onTestFinished, test } from 'vitest'
import { type Served, serve } from '../../packages/cli/test/serve-world.ts'

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 10)
const CALLS_A_SECOND = 100
const SAMPLE_MS = 2_000
/** V8 gives its young generation 4 to 32 MiB, when it thinks best: held small, what grows is what the server keeps. */
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=1'
const MAX_GROWTH_MIB = 8

interface Sample {
  readonly residentMiB: number
  readonly files: number
}

function look({ child }: Served): Sample {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const residentMiB = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
  return { residentMiB, files: readdirSync(`/proc/${child.pid}/fd`).length }
}

/** @returns what is wrong with the answer, if anything. */
function call({ port, token }: Served, agent: Agent | false): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, agent, headers: { authorization: token } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () => {
        if (response.statusCode !== 200) return resolve(`${response.statusCode} ${body}`)
        const { Expiration } = JSON.parse(body)
        const givenAt = response.headers.date ?? ''
        resolve(
          Date.parse(Expiration) > Date.parse(givenAt) ? undefined : `given at ${givenAt}, it ended at ${Expiration}`,
        )
      })
    })
    sent.on('error', ({ message }) => resolve(message)).end()
  })
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

test(`${MINUTES} minutes with sessions of 5 seconds: no call fails, memory and open files stay as they are`, {
  timeout: (MINUTES + 2) * 60_000,
}, async () => {
  if (process.platform !== 'linux') throw new Error('This suite needs Linux: it looks into /proc')
  const sandbox = await startSandbox({ longestSessionSeconds: 5 })
  onTestFinished(() => sandbox.stop())
  const served = await serve([], {
    env: { ...(await sandbox.env('web-identity')), NODE_OPTIONS: SMALL_YOUNG_GENERATION },
  })
  // As a well-behaved client it lets go of an idle connection before the server does.
  const agent = new Agent({ keepAlive: true, maxSockets: 8, timeout: 60_000 })
  onTestFinished(() => agent.destroy())
  const bySdk = fromHttp({
    awsContainerCredentialsFullUri: served.url,
    awsContainerAuthorizationToken: served.token,
  })

  const faults: string[] = []
  const samples: Sample[] = []
  const pending = new Set<Promise<void>>()
  const started = Date.now()
  let calls = 0
  for (let tick = 0; Date.now() - started < MINUTES * 60_000; tick++) {
    const all = Array.from({ length: CALLS_A_SECOND / 10 }, (_, index) => call(served, index % 2 === 0 && agent))
    for (const one of [...all, tick % 10 === 0 ? bySdk().then(() => undefined, String) : undefined]) {
      const noted = Promise.resolve(one).then((fault) => void (fault !== undefined && faults.push(fault)))
      pending.add(noted)
      noted.finally(() => pending.delete(noted))
    }
    calls += all.length
    if (tick % (SAMPLE_MS / 100) === 0) samples.push(look(served))
    await setTimeout(Math.max(0, started + (tick + 1) * 100 - Date.now()))
  }
  await Promise.all(pending)

  const quarter = Math.floor(samples.length / 4)
  const [second, last] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)]
  const memory = [second, last].map((part) => median(part.map(({ residentMiB }) => residentMiB)))
  const files = [second, last].map((part) => median(part.map(({ files }) => files)))
  const sessions = sandbox.calls.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity').length
  console.log(
    `${calls} calls, ${sessions} sessions; resident ${memory.map((MiB) => MiB.toFixed(1)).join(' to ')} MiB, open files ${files.join(' to ')}`,
  )
  expect(faults).toEqual([])
  expect(sessions).toBeGreaterThan(MINUTES * 10)
  expect(sessions).toBeLessThan(MINUTES * 40)
  expect((memory[1] ?? 0) - (memory[0] ?? 0)).toBeLessThan(MAX_GROWTH_MIB)
  expect(Math.abs((files[1] ?? 0) - (files[0] ?? 0))).toBeLessThanOrEqual(5)
})
