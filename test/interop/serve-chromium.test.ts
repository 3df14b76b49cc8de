import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { ask, type Served, startServer } from '../../packages/cli/test/serve-world.ts'
import { SESSION } from '../../packages/cli/test/world.ts'

const CHROMIUM = '/usr/bin/chromium'
/** A name that its owner has pointed at this machine, after the page was loaded. */
const REBOUND = 'rebound.example'
const FLAGS = [
  `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`,
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights', // the server is to hold alone
]
const SECRETS = /canary|ASIAIOSFODNN7EXAMPLE/

let served: Served
let profile: string
let browser: BrowserContext
beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`This suite needs ${CHROMIUM}: apt-get install -y chromium`)
  served = await startServer(['--imds'], { env: SESSION, home: tmpdir() })
  profile = mkdtempSync(join(tmpdir(), 'rolecall-chromium-'))
  browser = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, headless: true, args: FLAGS })
})
afterAll(async () => {
  await browser?.close()
  served?.child.kill('SIGTERM')
  await served?.ended
  if (profile) rmSync(profile, { recursive: true, force: true })
})

let page: Page
/** What the server has answered the browser. */
let answers: { status: number; url: string; body: string }[]
beforeEach(async () => {
  answers = []
  page = await browser.newPage()
  page.on('response', async (response) => {
    if (response.fromServiceWorker() || response.headers()['x-played'] !== undefined) return
    const body = await response.text().catch(() => '')
    answers.push({ status: response.status(), url: response.url(), body })
  })
  onTestFinished(() => page.close())
})

/** Opens a page of this origin, whatever answers there. */
async function open(origin: string): Promise<void> {
  const html = { status: 200, contentType: 'text/html', headers: { 'x-played': 'yes' }, body: '<h1>a page</h1>' }
  await page.route(`${origin}/page`, (route) => route.fulfill(html))
  await page.goto(`${origin}/page`)
  expect(await page.evaluate(() => location.origin)).toBe(origin)
}

/** Everything that a page can ask of an address, and what it could read. */
function tryAll(base: string): Promise<string[]> {
  return page.evaluate(async (base) => {
    const paths = ['/', '/healthz', '/latest/meta-data/iam/security-credentials/rolecall', '/profiles/default']
    const read = (path: string, init: RequestInit = {}): Promise<string> =>
      fetch(base + path, init).then(
        async (answer) => `${answer.status} ${await answer.text()}`,
        () => 'not readable',
      )
    const ended = (element: HTMLElement & { src?: string }, src: string): Promise<string> =>
      new Promise((resolve) => {
        element.onload = () => resolve('loaded')
        element.onerror = () => resolve('not loaded')
        element.src = src
        document.body.append(element)
      })
    const viaXhr = (): Promise<string> =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest()
        request.onloadend = () => resolve(`${request.status} ${request.responseText}`)
        request.open('GET', `${base}/`)
        request.send()
      })
    const viaSocket = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${base.replace('http', 'ws')}/`)
        socket.onopen = () => resolve('opened')
        socket.onmessage = ({ data }) => resolve(String(data))
        socket.onerror = () => resolve('not opened')
      })
    const viaEvents = (): Promise<string> =>
      new Promise((resolve) => {
        const events = new EventSource(`${base}/`)
        events.onmessage = ({ data }) => resolve(String(data))
        events.onerror = () => resolve('no events')
      })
    const viaForm = (method: string): Promise<string> =>
      new Promise((resolve) => {
        const frame = Object.assign(document.createElement('iframe'), { name: `frame-${method}` })
        const form = Object.assign(document.createElement('form'), { method, action: `${base}/`, target: frame.name })
        document.body.append(frame, form)
        frame.onload = () => {
          try {
            resolve(`form ${frame.contentDocument?.body.textContent}`)
          } catch {
            resolve('form not readable')
          }
        }
        form.submit()
      })

    const asOnInstance = async (): Promise<string> => {
      const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
      const token = await read('/latest/api/token', { method: 'PUT', headers: ttl })
      const headers = { 'x-aws-ec2-metadata-token': token.slice('200 '.length) }
      return read('/latest/meta-data/iam/security-credentials/rolecall', { headers }).catch(() => 'not sent')
    }

    const found = [
      ...(await Promise.all(paths.map((path) => read(path)))),
      ...(await Promise.all(paths.map((path) => read(path, { mode: 'no-cors' })))),
      await read('/', { credentials: 'include', cache: 'force-cache', referrerPolicy: 'no-referrer' }),
      await read('/', { headers: { authorization: 'guess' } }),
      await asOnInstance(),
      await read('/', { method: 'POST', body: 'x' }),
      await viaXhr(),
      await ended(document.createElement('img'), `${base}/`),
      await ended(document.createElement('script'), `${base}/`),
      await ended(document.createElement('iframe'), `${base}/`),
      await viaForm('get'),
      await viaForm('post'),
      await viaSocket(),
      await viaEvents(),
    ]
    const globals = Object.entries(window).filter(([, value]) => typeof value === 'string')
    return [...found, JSON.stringify(globals), document.documentElement.outerHTML]
  }, base)
}

test.each<[name: string, origin: () => string, base: () => string]>([
  [
    'whose name was rebound to this machine',
    () => `http://${REBOUND}:${served.port}`,
    () => `http://${REBOUND}:${served.port}`,
  ],
  ['of another site', () => 'http://site.example', () => `http://127.0.0.1:${served.port}`],
  ['of this machine', () => 'http://127.0.0.1:1', () => `http://127.0.0.1:${served.port}`],
  ['that asks by the name of this machine', () => 'http://localhost:1', () => `http://localhost:${served.port}`],
])('a page %s gets nothing', async (_name, origin, base) => {
  await open(origin())
  const found = await tryAll(base())
  await page.waitForTimeout(200)
  expect(found.length).toBeGreaterThan(15)
  expect(found.join('\n')).not.toMatch(SECRETS)
  expect(found).not.toContain('opened')

  const reached = answers.filter(({ url }) => url.startsWith(base()))
  expect(reached.length).toBeGreaterThan(5)
  expect(new Set(reached.map(({ status }) => status))).toEqual(new Set([403]))
  expect(reached.map(({ body }) => body).join('\n')).not.toMatch(SECRETS)
  expect(await ask(served)).toMatchObject({ status: 200 })
})

test('a person who types the address sees that a token is missing', async () => {
  const answer = await page.goto(served.url)
  expect(answer?.status()).toBe(401)
  expect(await answer?.text()).not.toMatch(SECRETS)
})
