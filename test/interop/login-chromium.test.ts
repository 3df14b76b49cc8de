import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { ADDRESS, createMachine, type Machine, ssoConfig } from '../../packages/cli/test/login-world.ts'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const ME = 'arn:aws:iam::123456789012:user/demo'

let sandbox: Sandbox
let profile: string
let browser: BrowserContext
beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`This suite needs ${CHROMIUM}: apt-get install -y chromium`)
  sandbox = await startSandbox()
  profile = mkdtempSync(join(tmpdir(), 'rolecall-chromium-'))
  browser = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, headless: true, args: FLAGS })
})
afterAll(async () => {
  await browser?.close()
  await sandbox?.stop()
  if (profile) rmSync(profile, { recursive: true, force: true })
})

let machine: Machine
let page: Page
/** What the browser complains of: a policy that stops a page, a script that fails. */
let complaints: string[]
beforeEach(async () => {
  machine = createMachine(sandbox, {
    files: { '.aws/config': `${ssoConfig(sandbox)}[profile me]\nlogin_session = ${ME}\n` },
  })
  complaints = []
  page = await browser.newPage()
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  onTestFinished(() => page.close())
})

test('a person lets the command line in, and it has credentials', async () => {
  const login = machine.start('login', '--profile', 'dev', '--no-browser')
  await page.goto(await login.shows(ADDRESS))
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByRole('heading', { name: 'You have let the command line in' }).waitFor()
  expect(new URL(page.url())).toMatchObject({ hostname: '127.0.0.1', pathname: '/oauth/callback' })
  expect(complaints).toEqual([])

  expect(await login.ended).toMatchObject({ status: 0, stdout: expect.stringContaining('dev, admin, deploy') })
  const { stdout } = await machine.rolecall('whoami', '--profile', 'dev')
  expect(stdout).toMatch(/assumed-role\/AWSReservedSSO_ReadOnly_\w+\/demo/)
})

test('a person who says no is believed', async () => {
  const login = machine.start('login', '--profile', 'dev', '--no-browser')
  await page.goto(await login.shows(ADDRESS))
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.getByRole('heading', { name: 'The sign-in was refused' }).waitFor()
  expect(await login.ended).toMatchObject({ status: 1, stdout: '' })
})

test('a page of another site can neither end the wait nor read what is there', async () => {
  const login = machine.start('login', '--profile', 'dev', '--no-browser')
  const address = await login.shows(ADDRESS)
  const callback = new URL(new URL(address).searchParams.get('redirect_uri') ?? '')
  const site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<h1>another site</h1>'))
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void site.close())

  await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`)
  const tries = await page.evaluate(
    async ([byAddress, byName]) => {
      const read = (url: string) =>
        fetch(url).then(
          (answer) => answer.text(),
          () => 'not readable',
        )
      await fetch(`${byAddress}?code=stolen&state=guess`, { mode: 'no-cors' }).catch(() => {})
      await fetch(`${byAddress}?error=access_denied`, { mode: 'no-cors' }).catch(() => {})
      return [await read(`${byAddress}?code=x&state=y`), await read(`${byName}?code=x&state=y`)]
    },
    [callback.href, callback.href.replace('127.0.0.1', 'localhost')] as const,
  )
  expect(tries).toEqual(['not readable', 'not readable'])

  await page.goto(address)
  await page.getByRole('button', { name: 'Allow' }).click()
  expect(await login.ended).toMatchObject({ status: 0 })
})

test('a code is entered by hand where the address cannot be carried over', async () => {
  const login = machine.start('login', '--profile', 'dev', '--device-code')
  const enterAt = await login.shows(/enter it at (\S+)/)
  await page.goto(enterAt)
  await page.getByLabel('Code shown on the device').fill(await login.shows(/^ {2}([A-Z]{4}-[A-Z]{4})$/m))
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Allow' }).click()
  expect(await login.ended).toMatchObject({ status: 0 })
  expect(complaints).toEqual([])
})

test('aws login: the session comes back through the browser', async () => {
  const login = machine.start('login', '--profile', 'me', '--no-browser')
  await page.goto(await login.shows(ADDRESS))
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByRole('heading', { name: 'You have let the command line in' }).waitFor()
  expect(await login.ended).toMatchObject({ status: 0 })
  const { stdout } = await machine.rolecall('whoami', '--profile', 'me')
  expect(stdout).toContain(`arn       ${ME}`)
})

test('aws login: the code is read off the page and typed here', async () => {
  const login = machine.start('login', '--profile', 'me', '--remote')
  await page.goto(await login.shows(ADDRESS))
  await page.getByRole('button', { name: 'Allow' }).click()
  login.child.stdin?.write(`${await page.locator('code').textContent()}\n`)
  expect(await login.ended).toMatchObject({ status: 0 })
})
