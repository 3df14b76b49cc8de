import { describe, expect, test } from 'vitest'
import { loadSelectedProfile } from '../src/clients/selected-profile.ts'
import { connectToSso } from '../src/clients/sso-connection.ts'
import { createSsoTokens } from '../src/clients/sso-token.ts'
import { createToken } from '../src/create-token.ts'
import { type FakeHost, failureOf, silence } from './fake-host.ts'
import {
  expectNoSecret,
  inMinutes,
  LEGACY_FILE,
  listen,
  NOW,
  readJson,
  refusal,
  SESSION_FILE,
  START_URL,
  ssoWorld,
  TOKEN_URL,
  type Told,
  tokenAnswer,
  tokenFile,
} from './sso-world.ts'

const OLD = { token: 'old-access-token' }
const NEW = { token: 'new-access-token', expiration: new Date(inMinutes(60)) }
const LOGIN = { code: 'LOGIN_REQUIRED', remedy: 'Run rolecall login --profile dev, or aws sso login --profile dev.' }

const read = (host: FakeHost, profile = 'dev') => host.until(createToken({ host, profile })())

async function failureFor(host: FakeHost, profile = 'dev') {
  const error = await failureOf(read(host, profile))
  expectNoSecret(error)
  return error
}

/** The same token again and again, with what is told on the way. */
async function reader(host: FakeHost): Promise<{ get(signal?: AbortSignal): Promise<string>; told: Told }> {
  const tokens = createSsoTokens()
  const told = listen()
  return {
    told,
    async get(signal = new AbortController().signal) {
      const context = { host, profile: 'dev', signal, trace: told }
      const selected = await loadSelectedProfile(context)
      const session = { name: 'my-sso', startUrl: START_URL, region: 'us-west-2', scopes: [] }
      const token = host.until(tokens.get(connectToSso(context, selected, session, 'dev', 'sso')))
      return (await token).accessToken
    },
  }
}

describe('a token that is good', () => {
  test('is used as it is, with its end', async () => {
    const host = ssoWorld({ token: tokenFile({ expiresAt: inMinutes(60) }) })
    expect(await read(host)).toEqual({ ...OLD, expiration: new Date(inMinutes(60)) })
    expect(host.writes).toEqual([])
  })

  test('is used as it is with the least there can be, to its last second', async () => {
    const token = JSON.stringify({ accessToken: 'old-access-token', expiresAt: '2026-01-01T00:00:01Z' })
    const host = ssoWorld({ token })
    expect(await read(host)).toMatchObject(OLD)
    await host.pass(1000)
    expect(await failureFor(host)).toMatchObject(LOGIN)
  })

  test('needs no account and role in the profile', async () => {
    const host = ssoWorld({ token: tokenFile({ expiresAt: inMinutes(60) }) })
    expect(await read(host, 'token-only')).toMatchObject(OLD)
  })

  test.each([
    [15, OLD],
    [14.99, NEW],
  ])('with %f minutes left gives %j', async (minutes, expected) => {
    const host = ssoWorld({ token: tokenFile({ expiresAt: inMinutes(minutes) }), http: { [TOKEN_URL]: tokenAnswer() } })
    expect(await read(host)).toMatchObject(expected)
  })

  test('is read anew at each call', async () => {
    const host = ssoWorld({ token: tokenFile({ expiresAt: inMinutes(60) }) })
    const token = createToken({ host, profile: 'dev' })
    await host.until(token())
    host.files[SESSION_FILE] = tokenFile({ expiresAt: inMinutes(60), accessToken: 'other-access-token' })
    expect(await host.until(token())).toMatchObject({ token: 'other-access-token' })
    delete host.files[SESSION_FILE]
    expect(await failureOf(host.until(token()))).toMatchObject(LOGIN)
  })

  test('is read once for callers that come at once', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [tokenAnswer()] } })
    const token = createToken({ host, profile: 'dev' })
    const all = await host.until(Promise.all(Array.from({ length: 10 }, () => token())))
    expect(new Set(all.map(({ token }) => token))).toEqual(new Set(['new-access-token']))
    expect(host.reads.filter((path) => path === SESSION_FILE)).toHaveLength(2)
  })
})

describe('a profile that has no token', () => {
  test.each(['plain', 'legacy'])('%s names no sso_session', async (profile) => {
    const host = ssoWorld({ files: { [LEGACY_FILE]: tokenFile({ expiresAt: inMinutes(60) }) } })
    expect(await failureFor(host, profile)).toMatchObject({
      code: 'CONFIG_INVALID',
      source: 'token',
      remedy: 'Add sso_session to the profile, and an sso-session section.',
    })
  })

  test('or is not there', async () => {
    expect(await failureFor(ssoWorld(), 'typo')).toMatchObject({ code: 'PROFILE_NOT_FOUND' })
    const nobody = await failureOf(ssoWorld().until(createToken({ host: ssoWorld() })()))
    expect(nobody).toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('or is for nobody yet', async () => {
    expect(await failureFor(ssoWorld())).toMatchObject(LOGIN)
  })
})

describe('a token that is over', () => {
  test('is renewed with its refresh token, and written back', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: tokenAnswer() } })
    const modes: number[] = []
    const write = host.writeFile
    host.writeFile = (path, data, options) => {
      modes.push(options.mode)
      return write(path, data, options)
    }
    expect(await read(host)).toEqual(NEW)
    expect(host.requests).toHaveLength(1)
    expect(host.requests[0]?.headers['content-type']).toBe('application/json')
    expect(JSON.parse(host.requests[0]?.body ?? '')).toEqual({
      grantType: 'refresh_token',
      clientId: 'the-client-id',
      clientSecret: 'the-client-secret',
      refreshToken: 'old-refresh-token',
    })
    expect(readJson(host, SESSION_FILE)).toEqual(
      JSON.parse(
        tokenFile({ accessToken: 'new-access-token', expiresAt: inMinutes(60), refreshToken: 'new-refresh-token' }),
      ),
    )
    expect(modes).toEqual([0o600])
    expect(host.writes).toEqual([SESSION_FILE])
  })

  test('keeps its refresh token where the answer has none', async () => {
    const http = { [TOKEN_URL]: tokenAnswer({ refreshToken: undefined }) }
    const host = ssoWorld({ token: tokenFile(), http })
    expect(await read(host)).toEqual(NEW)
    expect(readJson(host, SESSION_FILE)['refreshToken']).toBe('old-refresh-token')
  })

  test.each([
    ['invalid_grant', 400],
    ['invalid_client', 401],
    ['unauthorized_client', 400],
    ['expired_token', 400],
  ])('and refused with %s asks a person to sign in; the file stays', async (code, status) => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [refusal(code, status)] } })
    const error = await failureFor(host)
    expect(error).toMatchObject({ ...LOGIN, location: { file: SESSION_FILE } })
    expect(error.message).toContain(code)
    expect(host.files[SESSION_FILE]).toBe(tokenFile())
  })

  test('and refused, though another process has a newer one by now, is that one', async () => {
    const answer = (_: unknown, { files }: FakeHost): Response => {
      files[SESSION_FILE] = tokenFile({ accessToken: 'other-access-token', expiresAt: inMinutes(60) })
      return refusal('invalid_grant')
    }
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [answer] } })
    const { get, told } = await reader(host)
    expect(await get()).toBe('other-access-token')
    expect(told.warnings).toEqual([])
    expect(host.writes).toEqual([])
  })

  test('and answered by something that is no service of AWS says so', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: new Response('<html>', { status: 403 }) } })
    expect(await failureFor(host)).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(host.files[SESSION_FILE]).toBe(tokenFile())
  })

  test.each([
    ['busy', () => new Response('', { status: 503 }), 'SOURCE_UNREACHABLE', 4],
    ['throttled', () => new Response('', { status: 429 }), 'SOURCE_UNREACHABLE', 4],
    ['not there', new Error('old-refresh-token'), 'SOURCE_UNREACHABLE', 4],
    ['out of its mind', new Response('{"accessToken":"new-access-token"}'), 'RESPONSE_INVALID', 1],
    ['half an answer', new Response('{"accessTok'), 'RESPONSE_INVALID', 1],
  ])('and cannot be renewed, since the service is %s, leaves its file alone', async (_name, answer, code, count) => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: answer } })
    expect(await failureFor(host)).toMatchObject({ code })
    expect(host.requests).toHaveLength(count)
    expect(host.files[SESSION_FILE]).toBe(tokenFile())
  })

  test('is renewed by a later attempt where the first two fail', async () => {
    const http = { [TOKEN_URL]: [new Error('reset'), new Response('', { status: 500 }), tokenAnswer()] }
    expect(await read(ssoWorld({ token: tokenFile(), http }))).toMatchObject({ token: 'new-access-token' })
  })

  test('whose answer was lost after the service used its refresh token is a sign-in; the file stays', async () => {
    const http = { [TOKEN_URL]: [new Error('reset'), refusal('invalid_grant')] }
    const host = ssoWorld({ token: tokenFile(), http })
    expect(await failureFor(host)).toMatchObject(LOGIN)
    expect(host.files[SESSION_FILE]).toBe(tokenFile())
  })
})

describe('with others', () => {
  test('what another process wrote while this one waited its turn is used, without a request', async () => {
    const host = ssoWorld({ token: tokenFile() })
    host.withLock = (path, work) => {
      expect(path).toBe(SESSION_FILE)
      host.files[SESSION_FILE] = tokenFile({ accessToken: 'other-access-token', expiresAt: inMinutes(60) })
      return work()
    }
    expect(await read(host)).toMatchObject({ token: 'other-access-token' })
  })

  test('also when it is one of a short life', async () => {
    const host = ssoWorld({ token: tokenFile({ expiresAt: inMinutes(1) }) })
    host.withLock = (_path, work) => {
      host.files[SESSION_FILE] = tokenFile({ accessToken: 'other-access-token', expiresAt: inMinutes(10) })
      return work()
    }
    expect(await read(host)).toMatchObject({ token: 'other-access-token' })
  })

  test('the refresh token that another process left there is the one that is used', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: tokenAnswer() } })
    host.withLock = (_path, work) => {
      host.files[SESSION_FILE] = tokenFile({ refreshToken: 'other-refresh-token', shape: 'round' })
      return work()
    }
    expect(await read(host)).toEqual(NEW)
    expect(host.requests[0]?.body).toContain('other-refresh-token')
    expect(readJson(host, SESSION_FILE)['shape']).toBe('round')
  })

  test('who signed out while this one waited its turn stays signed out', async () => {
    const host = ssoWorld({ token: tokenFile({ expiresAt: inMinutes(1) }) })
    host.withLock = (_path, work) => {
      delete host.files[SESSION_FILE]
      return work()
    }
    expect(await failureFor(host)).toMatchObject(LOGIN)
    expect(host.writes).toEqual([])
  })

  test('a turn that never comes is not waited for longer than 20 s', async () => {
    const host = ssoWorld({ token: tokenFile() })
    host.withLock = () => silence()
    expect(await failureFor(host)).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBe(20_000)
  })

  test('who gives up half-way does not lose the new token', async () => {
    let giveUp = (): void => {}
    const answer = async (_: unknown, host: FakeHost): Promise<Response> => {
      giveUp()
      await host.sleep(1000, new AbortController().signal)
      return tokenAnswer()
    }
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [answer] } })
    const controller = new AbortController()
    giveUp = () => controller.abort(new Error('enough'))
    const { get } = await reader(host)
    expect((await failureOf(get(controller.signal))).message).toBe('enough')
    expect(host.files[SESSION_FILE]).toBe(tokenFile())
    await host.pass(1000)
    expect(readJson(host, SESSION_FILE)).toMatchObject({ accessToken: 'new-access-token' })
  })
})

describe('while the old token is good', () => {
  test('who gives up is told so, and gets no token', async () => {
    const host = ssoWorld({ token: tokenFile({ expiresAt: inMinutes(5) }), http: { [TOKEN_URL]: silence } })
    const controller = new AbortController()
    host.withLock = () => {
      controller.abort(new Error('enough'))
      return silence()
    }
    const { get } = await reader(host)
    expect((await failureOf(get(controller.signal))).message).toBe('enough')
  })

  const SOON = tokenFile({ expiresAt: inMinutes(5) })
  const down = () => new Response('', { status: 503 })

  test('a renewal that fails is a warning; the next attempt comes 30 s later', async () => {
    const host = ssoWorld({ token: SOON, http: { [TOKEN_URL]: down } })
    const { get, told } = await reader(host)
    expect(await get()).toBe('old-access-token')
    expect(host.requests).toHaveLength(4)
    expect(told.warnings).toMatchObject([{ code: 'TOKEN_NOT_RENEWED' }])
    expectNoSecret(told.warnings, told.facts)

    const startedMs = host.elapsedMs
    await host.pass(29_000 - startedMs)
    expect(await get()).toBe('old-access-token')
    expect(host.requests).toHaveLength(4)
    await host.pass(1_000)
    expect(await get()).toBe('old-access-token')
    expect(host.requests).toHaveLength(8)
  })

  test('a refusal is a warning that tells how to sign in, until it is over', async () => {
    const host = ssoWorld({ token: SOON, http: { [TOKEN_URL]: () => refusal('invalid_grant') } })
    const { get, told } = await reader(host)
    expect(await get()).toBe('old-access-token')
    expect(told.warnings).toMatchObject([{ code: 'TOKEN_NOT_RENEWED', remedy: LOGIN.remedy }])
    expect(host.files[SESSION_FILE]).toBe(SOON)
    await host.pass(5 * 60_000)
    expect(await failureOf(get())).toMatchObject(LOGIN)
  })

  test('a renewal that succeeds after all is used', async () => {
    const http = { [TOKEN_URL]: [down, down, down, down, tokenAnswer()] }
    const host = ssoWorld({ token: SOON, http })
    const { get } = await reader(host)
    await get()
    await host.pass(30_000)
    expect(await get()).toBe('new-access-token')
  })

  test('a clock that is set back does not keep it from being renewed', async () => {
    const host = ssoWorld({ token: SOON, http: { [TOKEN_URL]: [down, down, down, down, tokenAnswer()] } })
    const { get } = await reader(host)
    await get()
    host.jump(-3 * 60_000)
    expect(await get()).toBe('new-access-token')
  })

  test('a service that never answers costs 20 s, once in 30', async () => {
    const host = ssoWorld({ token: SOON, http: { [TOKEN_URL]: silence } })
    const { get } = await reader(host)
    expect(await get()).toBe('old-access-token')
    expect(host.elapsedMs).toBe(20_000)
    expect(await get()).toBe('old-access-token')
    expect(host.elapsedMs).toBe(20_000)
  })

  test('one that cannot be renewed is used without a word', async () => {
    for (const changes of [{ refreshToken: undefined }, { registrationExpiresAt: NOW }]) {
      const host = ssoWorld({ token: tokenFile({ expiresAt: inMinutes(5), ...changes }) })
      expect(await read(host)).toMatchObject(OLD)
    }
  })
})

describe('a new token that cannot be written', () => {
  function fullDisk(host: FakeHost): { free(): void } {
    const write = host.writeFile
    host.writeFile = async () => {
      throw Object.assign(new Error('new-access-token'), { code: 'ENOSPC' })
    }
    return {
      free: () => {
        host.writeFile = write
      },
    }
  }

  test('is used all the same, by every later call of this process, with one warning', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [tokenAnswer()] } })
    fullDisk(host)
    const { get, told } = await reader(host)
    expect(await get()).toBe('new-access-token')
    expect(await get()).toBe('new-access-token')
    expect(told.warnings).toHaveLength(1)
    expect(told.warnings[0]).toMatchObject({ code: 'TOKEN_NOT_SAVED' })
    expect(told.warnings[0]?.text).toContain('(ENOSPC)')
    expectNoSecret(told.warnings)
    expect(host.files[SESSION_FILE]).toBe(tokenFile())
  })

  test('is renewed with its own refresh token, and written when that works again', async () => {
    const second = tokenAnswer({ accessToken: 'other-access-token', refreshToken: 'other-refresh-token' })
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [tokenAnswer(), second] } })
    const disk = fullDisk(host)
    const { get } = await reader(host)
    await get()
    await host.pass(50 * 60_000)
    disk.free()
    expect(await get()).toBe('other-access-token')
    expect(host.requests[1]?.body).toContain('new-refresh-token')
    expect(readJson(host, SESSION_FILE)).toMatchObject({ refreshToken: 'other-refresh-token', colour: 'blue' })
  })

  test('is what every other source of this process goes on with', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [tokenAnswer()] } })
    fullDisk(host)
    expect(await read(host)).toEqual(NEW)
    expect(await read(host, 'token-only')).toEqual(NEW)
    delete host.files[SESSION_FILE]
    expect(await failureFor(host)).toMatchObject(LOGIN)
  })

  test('is followed by the next one that cannot be written', async () => {
    const second = tokenAnswer({ accessToken: 'other-access-token', refreshToken: 'other-refresh-token' })
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [tokenAnswer(), second] } })
    fullDisk(host)
    const { get } = await reader(host)
    await get()
    await host.pass(50 * 60_000)
    expect(await get()).toBe('other-access-token')
    expect(await get()).toBe('other-access-token')
  })

  test('stands for what another process left in the file last', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [tokenAnswer()] } })
    fullDisk(host)
    host.withLock = (_path, work) => {
      host.files[SESSION_FILE] = tokenFile({ accessToken: 'other-access-token' })
      return work()
    }
    const { get } = await reader(host)
    expect(await get()).toBe('new-access-token')
    expect(await get()).toBe('new-access-token')
  })

  test('gives way to what somebody else writes there', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: [tokenAnswer()] } })
    fullDisk(host)
    const { get } = await reader(host)
    await get()
    host.files[SESSION_FILE] = tokenFile({ accessToken: 'other-access-token', expiresAt: inMinutes(60) })
    expect(await get()).toBe('other-access-token')
  })
})
