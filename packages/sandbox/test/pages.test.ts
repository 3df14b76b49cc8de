import type { Sandbox } from '@rolecall/sandbox'
import { describe, expect } from 'vitest'
import { createPkce, post } from './oauth-client.ts'
import { test } from './sandbox-test.ts'
import { DEVICE_CLIENT, describeAuthorize, PKCE_CLIENT, register } from './sso-client.ts'

const NAME = `<img src=x onerror="alert(1)">&'`

async function openPage(sandbox: Sandbox): Promise<Response> {
  const { clientId } = await register(sandbox, { ...PKCE_CLIENT, clientName: NAME })
  return fetch(describeAuthorize(sandbox, clientId, createPkce().challenge))
}

async function readToken(page: Response): Promise<string> {
  return /name="form_token" value="([\w-]+)"/.exec(await page.text())?.[1] ?? ''
}

const answer = (sandbox: Sandbox, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${sandbox.url}/authorize`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
    redirect: 'manual',
  })

describe('a page that asks', () => {
  test('says who asks, as text, and has two buttons', async ({ sandbox }) => {
    const html = await (await openPage(sandbox)).text()
    expect(html).toContain('&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#38;&#39;')
    expect(html).not.toContain('<img')
    expect(html).toContain('sso:account:access')
    const buttons = [...html.matchAll(/<button[^>]*value="(\w+)"[^>]*>(\w+)<\/button>/g)].map(([, ...of]) => of)
    expect(buttons).toEqual([
      ['allow', 'Allow'],
      ['deny', 'Deny'],
    ])
  })

  test('needs nothing from elsewhere, is framed by nobody, and may lead to the client', async ({ sandbox }) => {
    const page = await openPage(sandbox)
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("form-action 'self' http://127.0.0.1:54321;")
    expect(await page.text()).not.toMatch(/https?:|<script/)
  })
})

describe('a form is refused', () => {
  test('without the token of a page', async ({ sandbox }) => {
    for (const form_token of ['', 'guess']) {
      const response = await answer(sandbox, { form_token, decision: 'allow' })
      expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8'])
    }
  })

  test('when it was answered already', async ({ sandbox }) => {
    const form = { form_token: await readToken(await openPage(sandbox)), decision: 'allow' }
    expect((await answer(sandbox, form)).status).toBe(303)
    expect((await answer(sandbox, form)).status).toBe(400)
  })

  test('ten minutes later', async ({ sandbox }) => {
    const form_token = await readToken(await openPage(sandbox))
    sandbox.now += 600_000
    expect((await answer(sandbox, { form_token, decision: 'allow' })).status).toBe(400)
  })

  test('when a browser says that it came from another site, and can then still be answered', async ({ sandbox }) => {
    const form = { form_token: await readToken(await openPage(sandbox)), decision: 'allow' }
    for (const site of ['cross-site', 'same-site', 'none'])
      expect((await answer(sandbox, form, { 'sec-fetch-site': site })).status).toBe(403)
    expect((await answer(sandbox, form, { 'sec-fetch-site': 'same-origin' })).status).toBe(303)
  })

  test('when it decides nothing', async ({ sandbox }) => {
    const form_token = await readToken(await openPage(sandbox))
    expect((await answer(sandbox, { form_token })).status).toBe(400)
    expect((await answer(sandbox, { form_token, decision: 'allow' })).status).toBe(303)
  })
})

describe('the page for devices', () => {
  test.for(['/device', '/start'])('at %s asks for a code', async (path, { sandbox }) => {
    const html = await (await fetch(sandbox.url + path)).text()
    expect(html).toMatch(/<label>.*<input name="user_code"/)
    expect(html).toContain('action="/device"')
  })

  test('knows no code that waits for nobody', async ({ sandbox }) => {
    const response = await fetch(`${sandbox.url}/device?user_code=AAAA-BBBB`)
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('No device waits')])
  })

  test('says what was decided', async ({ sandbox }) => {
    const client = await register(sandbox, DEVICE_CLIENT)
    const { body } = await post(sandbox, '/device_authorization', { ...client, startUrl: `${sandbox.url}/start` })
    const token = await readToken(await fetch(String(body['verificationUriComplete'])))
    const form = new URLSearchParams({ form_token: token, decision: 'allow' })
    const page = await fetch(`${sandbox.url}/device`, { method: 'POST', body: form })
    expect(await page.text()).toContain('The request was allowed')
  })
})

test('a visit to a page that asks nothing is an error', async ({ sandbox }) => {
  await expect(sandbox.visit(`${sandbox.url}/device`)).rejects.toThrow('no button to press')
  await expect(sandbox.visit(`${sandbox.url}/nothing`)).rejects.toThrow('HTTP 404')
})

test('a page is visited at the sandbox, whatever host its address names', async ({ sandbox }) => {
  const { clientId } = await register(sandbox, PKCE_CLIENT)
  const page = describeAuthorize(sandbox, clientId, createPkce().challenge)
  const real = page.replace(sandbox.url, 'https://oidc.us-east-1.amazonaws.com')
  expect(await sandbox.visit(real)).toMatch(/^http:\/\/127\.0\.0\.1:54321\/oauth\/callback\?code=/)
})
