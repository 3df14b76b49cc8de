import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Trace, Warning } from '../src/model/provider.ts'
import { type Answer, type Content, type FakeHost, fakeHost } from './fake-host.ts'

/** The vector of the AWS CLI: this session is in this file. */
export const SESSION = 'arn:aws:sts::123456789012:assumed-role/Admin/me'
export const FILE = '/home/user/.aws/login/cache/c03a7323bda916bba892295dd46ea73c98866a0ad0a2606cb839909f35fbc865.json'
export const TOKEN_URL = 'POST https://us-west-2.signin.aws.amazon.com/v1/token'
export const NOW = '2026-01-01T00:00:00Z'
export const CONFIG = `
[profile person]
login_session = ${SESSION}
region = us-west-2
[profile nowhere]
login_session = ${SESSION}
[profile role]
role_arn = arn:aws:iam::123456789012:role/Role
source_profile = person
`
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
export const SEC1 = exportPem(KEY, 'sec1')
export const PKCS8 = exportPem(KEY, 'pkcs8')
/** As an old tool writes it: without the public half, which is optional. */
export const BARE_SEC1 = bareSec1(KEY)
/** No error, warning or fact may hold one of these. */
export const SECRETS = [
  'the-old-secret',
  'the-old-session-token',
  'the-old-refresh-token',
  'the-new-secret',
  'the-new-session-token',
  'the-new-refresh-token',
  'PRIVATE KEY',
  SEC1.split('\n')[1] ?? '',
]

export function sessionFile(changes: Record<string, unknown> = {}, expiresAt = '2025-12-31T23:59:00Z'): string {
  return JSON.stringify({
    accessToken: {
      accessKeyId: 'ASIAOLDOLDOLDOLD0001',
      secretAccessKey: 'the-old-secret',
      sessionToken: 'the-old-session-token',
      accountId: '123456789012',
      expiresAt,
      colour: 'blue',
    },
    tokenType: 'aws_sigv4',
    clientId: 'arn:aws:signin:::devtools/same-device',
    refreshToken: 'the-old-refresh-token',
    idToken: 'the.id.token',
    dpopKey: SEC1,
    shape: 'round',
    ...changes,
  })
}

export const tokenAnswer = (changes: Record<string, unknown> = {}): Response =>
  Response.json({
    accessToken: {
      accessKeyId: 'ASIANEWNEWNEWNEW0001',
      secretAccessKey: 'the-new-secret',
      sessionToken: 'the-new-session-token',
    },
    tokenType: 'aws_sigv4',
    expiresIn: 900,
    refreshToken: 'the-new-refresh-token',
    ...changes,
  })

/** The service says no, and quotes what it was sent. */
export const refusal = (status: number, error: string): Response =>
  Response.json({ error, message: 'no the-old-refresh-token' }, { status })

export interface LoginWorld {
  readonly env?: Record<string, string>
  readonly file?: Content
  readonly files?: Record<string, Content>
  readonly answers?: Answer | readonly Answer[]
  readonly http?: Record<string, Answer | readonly Answer[]>
  readonly random?: number
}

/** Pauses between attempts take no time; deadlines never pass. */
export function loginHost({ env = {}, file, files = {}, answers, http = {} }: LoginWorld = {}): FakeHost {
  const sessions = file === undefined ? {} : { [FILE]: file }
  const host = fakeHost({
    env: { AWS_PROFILE: 'person', ...env },
    files: { '/home/user/.aws/config': CONFIG, ...sessions, ...files },
    http: { ...(answers === undefined ? {} : { [TOKEN_URL]: answers }), ...http },
    now: NOW,
  })
  const sleep: FakeHost['sleep'] = (ms, signal) =>
    ms < 1_000
      ? Promise.resolve()
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  return Object.assign(host, { sleep })
}

/** What is told, as one text, and the warnings. */
export function recordTrace(): { trace: Trace; readonly told: string; readonly warnings: readonly Warning[] } {
  const lines: string[] = []
  const warnings: Warning[] = []
  const trace: Trace = {
    fact: (name, value) => lines.push(`${name}: ${value}`),
    step: (text) => lines.push(text),
    at: () => {},
    warn: (warning) => {
      lines.push(Object.values(warning).join(' '))
      warnings.push(warning)
    },
    use: (source) => lines.push(`uses ${source}`),
  }
  return {
    trace,
    warnings,
    get told() {
      return lines.join('\n')
    },
  }
}

export function written(host: FakeHost, path: string = FILE): Record<string, unknown> {
  const content = host.files[path]
  return JSON.parse(content instanceof Uint8Array ? new TextDecoder().decode(content) : String(content))
}

export function exportPem(key: KeyObject, type: 'sec1' | 'pkcs8'): string {
  return key.export({ type, format: 'pem' }).toString()
}

function bareSec1(key: KeyObject): string {
  const d = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  const der = Buffer.concat([Buffer.from('30310201010420', 'hex'), d, Buffer.from('a00a06082a8648ce3d030107', 'hex')])
  const pem = `-----BEGIN EC PRIVATE KEY-----\n${der.toString('base64')}\n-----END EC PRIVATE KEY-----\n`
  createPrivateKey(pem) // the test's own hand is right
  return pem
}
