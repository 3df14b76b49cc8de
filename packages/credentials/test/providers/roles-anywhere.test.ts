import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openPkcs12 } from '../../src/clients/pkcs12.ts'
import { createCredentials } from '../../src/create-credentials.ts'
import { fromRolesAnywhere, type RolesAnywhereOptions } from '../../src/providers/roles-anywhere.ts'
import { checkSignature, type Issued, isAuthority, issue, type KeyKind, makePkcs12 } from '../certificate-world.ts'
import { type Answer, type Content, type FakeHost, failureOf, fakeHost, type Sent, silence } from '../fake-host.ts'
import { recordTrace } from '../login-world.ts'

const URL_ASKED = 'POST https://rolesanywhere.eu-west-1.amazonaws.com/sessions'
const ANCHOR = 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/11111111-2222'
const PROFILE = 'arn:aws:rolesanywhere:eu-west-1:123456789012:profile/33333333-4444'
const ROLE = 'arn:aws:iam::123456789012:role/Server'
const OPTIONS: RolesAnywhereOptions = {
  trustAnchorArn: ANCHOR,
  profileArn: PROFILE,
  roleArn: ROLE,
  certificate: '/tls/server.pem',
  privateKey: '/tls/server.key',
}
const CONFIG = `
[profile server]
rolesanywhere_trust_anchor_arn = ${ANCHOR}
rolesanywhere_profile_arn = ${PROFILE}
rolesanywhere_role_arn = ${ROLE}
rolesanywhere_certificate = /tls/server.pem
rolesanywhere_private_key = /tls/server.key
rolesanywhere_duration_seconds = 900
rolesanywhere_session_name = me
`
const SERIAL = 0xffee00112233445566778899aabbccddeeff00n
const server = issue('server', SERIAL)
const another = issue('another', 7n)
const pkcs8 = ({ key }: Pick<Issued, 'key'>): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

const answer = (expiration = '2026-01-01T01:00:00Z'): Response =>
  Response.json(
    {
      credentialSet: [
        {
          assumedRoleUser: { arn: 'arn:aws:sts::123456789012:assumed-role/Server/ff', assumedRoleId: 'AROA:ff' },
          credentials: {
            accessKeyId: 'ASIASERVER',
            secretAccessKey: 'the-secret',
            sessionToken: 'the-token',
            expiration,
          },
          roleArn: ROLE,
        },
      ],
      subjectArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:subject/5',
    },
    { status: 201 },
  )
const refusal = (status: number, message: string): Response => Response.json({ message }, { status })

interface World {
  readonly files?: Record<string, Content>
  readonly answers?: Answer | readonly Answer[]
  readonly http?: Record<string, Answer>
  readonly env?: Record<string, string>
  readonly processes?: Record<string, string>
}

function world({ files = {}, answers = () => answer(), http = {}, env = {}, processes = {} }: World = {}): FakeHost {
  const tls = { '/tls/server.pem': server.certificate, '/tls/server.key': pkcs8(server) }
  const all = { '/home/user/.aws/config': CONFIG, ...tls, ...files }
  const host = fakeHost({ files: all, http: { [URL_ASKED]: answers, ...http }, env, processes })
  const sleep: FakeHost['sleep'] = (ms, signal) =>
    ms < 1_000
      ? Promise.resolve()
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  return Object.assign(host, { sleep })
}

const provide = (host: FakeHost, options: RolesAnywhereOptions = {}) =>
  fromRolesAnywhere(options).provide({ host, signal: new AbortController().signal })

test('the holder of a certificate gets the session of a role', async () => {
  const host = world()
  expect(await provide(host, { ...OPTIONS, durationSeconds: 900, sessionName: 'me' })).toEqual({
    accessKeyId: 'ASIASERVER',
    secretAccessKey: 'the-secret',
    sessionToken: 'the-token',
    expiration: new Date('2026-01-01T01:00:00Z'),
    accountId: '123456789012',
    staleAllowed: true,
  })
  const [request] = host.requests
  if (!request) throw new Error('nothing was asked')
  expect(checkSignature(request).fingerprint256).toBe(server.x509.fingerprint256)
  expect(JSON.parse(request.body)).toEqual({
    trustAnchorArn: ANCHOR,
    profileArn: PROFILE,
    roleArn: ROLE,
    durationSeconds: 900,
    roleSessionName: 'me',
  })
  expect(request.headers).toMatchObject({ 'content-type': 'application/json', 'x-amz-date': '20260101T000000Z' })
  expect(request.headers).not.toHaveProperty('x-amz-x509-chain')
  expect(request.redirect).toBe('manual')
})

test('what is not asked for is left to the profile of Roles Anywhere', async () => {
  const host = world()
  await provide(host, OPTIONS)
  expect(Object.keys(JSON.parse(host.requests[0]?.body ?? ''))).toEqual(['trustAnchorArn', 'profileArn', 'roleArn'])
})

describe('a private key', () => {
  const formats: [kind: KeyKind, type: string, pem: (issued: Issued) => string][] = [
    ['rsa', 'PKCS#8', pkcs8],
    ['rsa', 'PKCS#1', ({ key }) => key.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['P-256', 'PKCS#8', pkcs8],
    ['P-256', 'SEC1', ({ key }) => key.export({ type: 'sec1', format: 'pem' }).toString()],
    ['P-384', 'SEC1', ({ key }) => key.export({ type: 'sec1', format: 'pem' }).toString()],
    ['P-521', 'PKCS#8', pkcs8],
    ['P-256', 'a file of both', (issued) => issued.certificate + pkcs8(issued)],
  ]
  test.each(formats)('%s in %s signs', async (kind, _, pem) => {
    const issued = issue('kind', 1n, kind)
    const host = world({ files: { '/tls/server.pem': issued.certificate, '/tls/server.key': pem(issued) } })
    await provide(host, OPTIONS)
    for (const request of host.requests) expect(checkSignature(request).subject).toBe('CN=kind')
    expect(host.requests).toHaveLength(1)
  })

  test('on a curve signs well whatever the numbers are', { timeout: 30_000 }, async () => {
    const host = world()
    for (let round = 0; round < 300; round++) await provide(host, OPTIONS)
    for (const request of host.requests) checkSignature(request) // r and s begin with zeros now and then
    expect(host.requests).toHaveLength(300)
  })

  test.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'])(
    'encrypted by %s signs with its passphrase',
    async (cipher) => {
      const key = server.key.export({ type: 'pkcs8', format: 'pem', cipher, passphrase: 'the-passphrase' }).toString()
      const host = world({ files: { '/tls/server.key': key } })
      await provide(host, { ...OPTIONS, passphrase: async () => 'the-passphrase' })
      for (const request of host.requests) checkSignature(request)

      for (const passphrase of [undefined, async () => 'another', async () => '']) {
        const error = await failureOf(provide(host, { ...OPTIONS, passphrase }))
        expect(error).toMatchObject({ code: 'CONFIG_INVALID', source: 'roles-anywhere' })
        expect(error.message).toMatch(/passphrase|neither/)
        expect(error.message).not.toContain('another')
      }
      expect(host.requests).toHaveLength(1)
    },
  )

  test('encrypted as by an older OpenSSL is decrypted', async () => {
    // openssl pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1 -passout pass:word: its standard function is left out
    const key = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHeMEkGCSqGSIb3DQEFDTA8MBsGCSqGSIb3DQEFDDAOBAg5zwfkKNEu1wICCAAw
HQYJYIZIAWUDBAECBBAy/eYr6yAWTNNiP8635EJgBIGQLFMulL0trKOo9rYyi4fr
tO9+kECMniwAmh8dOGf8Q0lVpa6plXq7zFwvrDV1poYQhFDHnUyJlwaQmi6wiuox
zHJriz4pw+TDeV2E4fSid1VrjogGf4nzXFuyiWMXUWGgR5MWk3lLSeKmYAAfo6Rn
gYItbDS/Rc1fxaKOna2W5Eax4ep5J8+xvt3frcpZdm2b
-----END ENCRYPTED PRIVATE KEY-----
`
    const host = world({ files: { '/tls/server.key': key } })
    expect(await provide(host, { ...OPTIONS, passphrase: async () => 'word' })).toMatchObject({
      accountId: '123456789012',
    })
  })

  test('may be given as PEM itself, as may the certificate: neither is shown', async () => {
    const host = world({ files: { '/tls/server.pem': new Error('x'), '/tls/server.key': new Error('x') } })
    const options = { ...OPTIONS, certificate: server.certificate, privateKey: pkcs8(server) }
    const source = createCredentials({ host, sources: [fromRolesAnywhere(options)] })
    expect(await source()).toMatchObject({ accessKeyId: 'ASIASERVER' })
    expect(checkSignature(host.requests[0] as Sent).fingerprint256).toBe(server.x509.fingerprint256)
    expect(JSON.stringify(await source.explain())).not.toContain('-----BEGIN')
  })

  test.each<[name: string, options: RolesAnywhereOptions]>([
    ['in the place of the certificate', { certificate: pkcs8(server) }],
    ['without its armour', { privateKey: pkcs8(server).replace(/-----.*-----\n/g, '') }],
    ['torn', { privateKey: pkcs8(server).slice(0, 90) }],
  ])('that is text, %s, is an error that quotes nothing', async (_name, options) => {
    const error = await failureOf(provide(world(), { ...OPTIONS, ...options }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', location: undefined })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(pkcs8(server).split('\n')[1]?.slice(0, 20))
  })

  test('may come from the program, for each session', async () => {
    const host = world()
    let count = 0
    const privateKey = async (): Promise<string> => {
      count += 1
      return pkcs8(server)
    }
    const provider = fromRolesAnywhere({ ...OPTIONS, privateKey })
    for (let round = 1; round <= 2; round++) {
      await provider.provide({ host, signal: new AbortController().signal })
      expect(count).toBe(round)
    }
  })

  test.each([
    ['nothing', ''],
    ['no PEM', 'the-secret'],
    ['half a key', pkcs8(server).slice(0, 90)],
    ['a torn key', pkcs8(server).replace(/\n.{20}/, '\n')],
    [
      'an old encryption',
      `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n`,
    ],
    [
      'Ed25519',
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n',
    ],
    [
      'a broken encryption',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIBvTBXBgkq\n-----END ENCRYPTED PRIVATE KEY-----\n',
    ],
  ])('that is %s is an error that quotes nothing', async (_, key) => {
    const host = world({ files: { '/tls/server.key': key } })
    const error = await failureOf(provide(host, { ...OPTIONS, passphrase: async () => 'x' }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', source: 'roles-anywhere' })
    expect(error.message).not.toMatch(/the-secret|MIG|MC4|MIIB/)
    expect(host.requests).toEqual([])
  })
})

describe('a certificate', () => {
  const root = issue('root', 1n)
  const middle = issue('middle', 2n, 'rsa', { name: 'root', key: root.key })
  const leaf = issue('leaf', 3n, 'P-256', { name: 'middle', key: middle.key })

  test.each([
    ['in the same file', { '/tls/server.pem': `${leaf.certificate}\n# text between\n${middle.certificate}` }, {}],
    [
      'in a file of its own',
      { '/tls/server.pem': leaf.certificate, '/tls/chain.pem': middle.certificate },
      { certificateChain: '/tls/chain.pem' },
    ],
  ])('goes with its chain: %s', async (_, files, options) => {
    const host = world({ files: { ...files, '/tls/server.key': pkcs8(leaf) } })
    await provide(host, { ...OPTIONS, ...options })
    const [request] = host.requests
    if (!request) throw new Error('nothing was asked')
    expect(checkSignature(request).subject).toBe('CN=leaf')
    expect(request.headers['x-amz-x509-chain']).toBe(middle.x509.raw.toString('base64'))
  })

  test('goes with a chain of several', async () => {
    const all = [leaf, middle, root].map(({ certificate }) => certificate).join('')
    const host = world({ files: { '/tls/server.pem': all, '/tls/server.key': pkcs8(leaf) } })
    await provide(host, OPTIONS)
    const chain = [middle, root].map(({ x509 }) => x509.raw.toString('base64')).join(',')
    expect(host.requests[0]?.headers['x-amz-x509-chain']).toBe(chain)
  })

  test.each(['', 'text', middle.certificate.replace(/\n.{20}/, '\n')])(
    'does not go with half a chain',
    async (chain) => {
      for (const [files, options] of [
        [{ '/tls/chain.pem': chain }, { certificateChain: '/tls/chain.pem' }],
        [{ '/tls/server.pem': leaf.certificate + chain }, {}],
      ] as const) {
        if (!chain.includes('BEGIN') && !('certificateChain' in options)) continue
        const error = await failureOf(provide(world({ files }), { ...OPTIONS, ...options }))
        expect(error).toMatchObject({
          code: 'CONFIG_INVALID',
          message: expect.stringContaining('holds no certificate'),
        })
      }
    },
  )

  test('that was replaced is read anew, for the next session', async () => {
    const host = world()
    await provide(host, OPTIONS)
    Object.assign(host.files, { '/tls/server.pem': another.certificate, '/tls/server.key': pkcs8(another) })
    await provide(host, OPTIONS)
    expect(host.requests.map((request) => checkSignature(request).subject)).toEqual(['CN=server', 'CN=another'])
  })

  test('that is replaced this very moment is read anew, once', async () => {
    const replace: Answer = (_, host) => {
      Object.assign(host.files, { '/tls/server.pem': another.certificate, '/tls/server.key': pkcs8(another) })
      return refusal(403, 'Invalid signature')
    }
    const host = world({ answers: [replace, () => answer()] })
    expect(await provide(host, OPTIONS)).toMatchObject({ accessKeyId: 'ASIASERVER' })
    expect(host.requests.map((request) => checkSignature(request).subject)).toEqual(['CN=server', 'CN=another'])
  })

  test.each([
    ['is not there', undefined, 'FILE_MISSING'],
    ['may not be read', Object.assign(new Error('x'), { code: 'EACCES' }), 'FILE_UNREADABLE'],
    ['is none', 'text', 'CONFIG_INVALID'],
    ['is a key', pkcs8(server), 'CONFIG_INVALID'],
    ['is torn', server.certificate.replace(/\n.{20}/, '\n'), 'CONFIG_INVALID'],
  ])('that %s is an error', async (_, content, code) => {
    const host = world()
    if (content === undefined) delete host.files['/tls/server.pem']
    else host.files['/tls/server.pem'] = content
    const error = await failureOf(provide(host, OPTIONS))
    expect(error).toMatchObject({ code, source: 'roles-anywhere' })
    expect(error.message).toContain('/tls/server.pem')
  })
})

describe('a PKCS#12 file', () => {
  const P12 = { ...OPTIONS, certificate: '/tls/server.p12', privateKey: undefined }
  const root = issue('root', 1n, 'P-256', undefined, [isAuthority()])
  const between = issue('between', 2n, 'P-256', { name: 'root', key: root.key }, [isAuthority()])
  const own = issue('own', SERIAL, 'P-256', { name: 'between', key: between.key })
  const rsa = issue('rsa', SERIAL, 'rsa')
  const with12 = (file: Uint8Array, more: World = {}): FakeHost =>
    world({ ...more, files: { '/tls/server.p12': file, ...more.files } })
  const passphrase = async (): Promise<string> => 'ein Wört'
  const single = { key: rsa.key, certificates: [rsa] }

  test.each([
    ['encrypted', { passphrase: 'ein Wört' }],
    ['with its key encrypted', { passphrase: 'ein Wört', areCertificatesEncrypted: false }],
    ['encrypted with 3DES', { passphrase: 'ein Wört', cipher: '3DES' as const }],
    ['encrypted with 3DES in the old way', { passphrase: 'ein Wört', cipher: 'PKCS#12 3DES' as const }],
    ['of two keys', { passphrase: 'ein Wört', cipher: 'PKCS#12 3DES, two keys' as const }],
    ['not encrypted', {}],
  ])('holds certificate and key: %s', async (_name, how) => {
    const host = with12(makePkcs12({ ...single, ...how }))
    expect(await provide(host, { ...P12, passphrase })).toMatchObject({ accessKeyId: 'ASIASERVER' })
    expect(checkSignature(host.requests[0] as Sent).fingerprint256).toBe(rsa.x509.fingerprint256)
  })

  test('holds the chain, in any order: the certificate is that of the key, and the root stays here', async () => {
    const host = with12(makePkcs12({ key: own.key, certificates: [root, between, own], ownAt: 2 }))
    await provide(host, P12)
    expect(checkSignature(host.requests[0] as Sent).fingerprint256).toBe(own.x509.fingerprint256)
    expect(host.requests[0]?.headers['x-amz-x509-chain']).toBe(between.x509.raw.toString('base64'))
  })

  test('has its passphrase in a variable, or by a program', async () => {
    const file = makePkcs12({ ...single, passphrase: 'p w' })
    const config = CONFIG.replace('/tls/server.pem', '/tls/server.p12').replace(/rolesanywhere_private_key = .*/, '%')
    for (const setting of [
      'rolesanywhere_passphrase_env = P12_WORD',
      'rolesanywhere_passphrase_process = vault word',
    ]) {
      const files = { '/home/user/.aws/config': config.replace('%', setting) }
      const env = { AWS_PROFILE: 'server', P12_WORD: 'p w' }
      const host = with12(file, { files, env, processes: { 'vault word': 'p w\n' } })
      expect(await createCredentials({ host })()).toMatchObject({ accessKeyId: 'ASIASERVER' })
    }
  })

  test('is asked for its passphrase once', async () => {
    let asked = 0
    const host = with12(makePkcs12({ ...single, passphrase: 'ein Wört' }))
    await provide(host, {
      ...P12,
      passphrase: () => {
        asked += 1
        return passphrase()
      },
    })
    expect(asked).toBe(1)
  })

  const good = makePkcs12({ ...single, passphrase: 'ein Wört' })
  const old = makePkcs12({ ...single, passphrase: 'ein Wört', cipher: 'PKCS#12 3DES' })
  /** With the name of RC2 of 40 bits in the place of that of 3DES. */
  const rc2 = (bytes: Buffer): Buffer =>
    Buffer.from(bytes.toString('hex').replaceAll('2a864886f70d010c0103', '2a864886f70d010c0106'), 'hex')
  test.each<[name: string, file: Uint8Array, word: string | undefined, said: string]>([
    ['the wrong passphrase', good, 'other', 'not encrypted with the passphrase given'],
    ['no passphrase', good, undefined, 'no passphrase is given'],
    ['an old encryption', rc2(old), 'ein Wört', 'old way'],
    ['the wrong passphrase in the old way', old, 'other', 'not encrypted with the passphrase given'],
    ['half of it', good.subarray(0, 900), 'ein Wört', 'no PKCS#12 file'],
    ['another DER', rsa.x509.raw, 'ein Wört', 'no PKCS#12 file'],
    ['no certificate', makePkcs12({ key: rsa.key, certificates: [] }), undefined, 'no certificate'],
    ['an odd key', makePkcs12({ ...single, key: generateKeyPairSync('ed25519').privateKey }), undefined, 'neither'],
  ])('%s is an error before anything is sent', async (_name, file, word, said) => {
    const host = with12(file)
    const error = await failureOf(provide(host, { ...P12, ...(word ? { passphrase: async () => word } : {}) }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', source: 'roles-anywhere' })
    expect(error.message).toContain(`/tls/server.p12`)
    expect(error.message).toContain(said)
    expect(host.requests).toEqual([])
  })

  test('of 3DES is to be converted on a host that does not have it', async () => {
    const { oldCiphers: _, ...host } = with12(old)
    const decryptTripleDes = (): never => {
      throw new Error('unknown cipher')
    }
    const noSuchCipher = { sha1: () => new Uint8Array(20), decryptTripleDes }
    for (const poor of [host, { ...host, oldCiphers: noSuchCipher }]) {
      const error = await failureOf(provide(poor as FakeHost, { ...P12, passphrase }))
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', remedy: expect.stringContaining('openssl pkcs12 -legacy') })
    }
  })

  test('whose variable is not set names it', async () => {
    const config = CONFIG.replace('/tls/server.pem', '/tls/server.p12').replace(
      /rolesanywhere_private_key = .*/,
      'rolesanywhere_passphrase_env = P12_WORD',
    )
    const host = with12(good, { files: { '/home/user/.aws/config': config }, env: { AWS_PROFILE: 'server' } })
    expect((await failureOf(createCredentials({ host })())).message).toContain('P12_WORD')
    host.files['/home/user/.aws/config'] = config.replace('P12_WORD', 'hunter2')
    expect((await failureOf(createCredentials({ host })())).message).not.toContain('hunter2')
  })

  test('may be torn anywhere: that is an error, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const file = Buffer.from(good)
        file[at] = byte
        await openPkcs12(fakeHost(), new Uint8Array(file), passphrase)
        await openPkcs12(fakeHost(), new Uint8Array(file.subarray(0, at)), passphrase)
      }),
      { numRuns: 100 },
    )
  })
})

describe('functions of the program', () => {
  test.each<[name: string, options: RolesAnywhereOptions, deadlineMs: number]>([
    ['a key', { ...OPTIONS, privateKey: silence }, 60_000],
    ['a passphrase', { ...OPTIONS, privateKey: '/tls/locked.key', passphrase: silence }, 300_000],
  ])('%s that never comes ends in its time', async (_name, options, deadlineMs) => {
    const locked = server.key
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString()
    const host = world({ files: { '/tls/locked.key': locked } })
    const waits: number[] = []
    host.sleep = async (ms) => void waits.push(ms)
    expect(await failureOf(provide(host, options))).toMatchObject({ code: 'TIMEOUT', source: 'roles-anywhere' })
    expect(waits).toContain(deadlineMs)
  })
})

describe('a profile', () => {
  test('holds all of it', async () => {
    const host = world({ env: { AWS_PROFILE: 'server' } })
    expect(await createCredentials({ host })()).toMatchObject({ accessKeyId: 'ASIASERVER', source: 'profile' })
    expect(JSON.parse(host.requests[0]?.body ?? '')).toMatchObject({ durationSeconds: 900, roleSessionName: 'me' })
    const { attempts } = await createCredentials({ host }).explain()
    expect(attempts.find(({ outcome }) => outcome === 'found')?.steps).toEqual([
      `certificate /tls/server.pem as ${ROLE} (profile server)`,
    ])
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIASERVER' })
  })

  test('may name programs for the key and its passphrase', async () => {
    const key = server.key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p w' }).toString()
    const config = CONFIG.replace(
      'private_key = /tls/server.key',
      'private_key_process = vault key\nrolesanywhere_passphrase_process = vault word',
    )
    const processes = { 'vault key': key, 'vault word': 'p w\n' }
    const host = world({ env: { AWS_PROFILE: 'server' }, files: { '/home/user/.aws/config': config }, processes })
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIASERVER' })
    for (const request of host.requests) checkSignature(request)
  })

  test.each(['trust_anchor_arn', 'profile_arn', 'role_arn', 'certificate', 'private_key'])(
    'without %s',
    async (name) => {
      const files = { '/home/user/.aws/config': CONFIG.replace(new RegExp(`rolesanywhere_${name} = .*`), '') }
      const host = world({ env: { AWS_PROFILE: 'server' }, files })
      if (name === 'trust_anchor_arn') return expect(await provide(host)).toHaveProperty('skipped')
      const error = await failureOf(createCredentials({ host })())
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', location: { line: 3 } })
      expect(`${error.message}`).toContain(`rolesanywhere_${name}`)
      expect(await failureOf(provide(host))).toMatchObject({ code: 'CONFIG_INVALID', source: 'roles-anywhere' })
    },
  )

  test.each<[name: string, line: number, wrong: World]>([
    ['a key that is none', 7, { files: { '/tls/server.key': 'text' } }],
    ['a certificate that is none', 6, { files: { '/tls/server.pem': 'text' } }],
    ['an ARN that is none', 4, { files: { '/home/user/.aws/config': CONFIG.replace(PROFILE, 'server') } }],
    [
      'a variable that is not set',
      9,
      {
        files: {
          '/home/user/.aws/config': CONFIG.replace(/_session_name.*/, '_passphrase_env = WORD'),
          '/tls/server.key': server.key
            .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
            .toString(),
        },
      },
    ],
  ])('with %s is told its line', async (_name, line, wrong) => {
    const host = world({ ...wrong, env: { AWS_PROFILE: 'server' } })
    expect(await failureOf(createCredentials({ host })())).toMatchObject({
      code: 'CONFIG_INVALID',
      location: { file: '/home/user/.aws/config', line },
    })
  })

  test('comes before a credential_process, and says so', async () => {
    const files = { '/home/user/.aws/config': `${CONFIG}credential_process = aws_signing_helper\n` }
    const host = world({ env: { AWS_PROFILE: 'server' }, files })
    const warnings: unknown[] = []
    await createCredentials({ host, onEvent: (event) => event.type === 'warning' && warnings.push(event.text) })()
    expect(warnings).toEqual([expect.stringContaining('credential_process, which is not used')])
  })
})

describe('the service', () => {
  test.each([
    ['cn-north-1', 'aws-cn', 'rolesanywhere.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'rolesanywhere.us-gov-west-1.amazonaws.com'],
  ])('is that of the trust anchor’s region: %s', async (region, partition, name) => {
    const move = (arn: string): string => arn.replace('eu-west-1', region).replace('arn:aws:', `arn:${partition}:`)
    const host = world({
      http: { [`POST https://${name}/sessions`]: () => answer() },
      env: { AWS_REGION: 'us-east-1' },
    })
    await provide(host, { ...OPTIONS, trustAnchorArn: move(ANCHOR), profileArn: move(PROFILE) })
    for (const request of host.requests) checkSignature(request)
  })

  test('may be another, over https or on this machine', async () => {
    const host = world({
      env: { AWS_ENDPOINT_URL_ROLESANYWHERE: 'http://localhost:9000/base/' },
      http: { 'POST http://127.0.0.1:9000/base/sessions': () => answer() },
    })
    await provide(host, OPTIONS)
    for (const request of host.requests) checkSignature(request)
    host.env['AWS_ENDPOINT_URL_ROLESANYWHERE'] = 'http://elsewhere.example'
    expect(await failureOf(provide(host, OPTIONS))).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(host.requests).toHaveLength(1)
  })

  test.each([
    ['no trust anchor', { trustAnchorArn: PROFILE }],
    ['no profile', { profileArn: 'server' }],
    ['another region', { profileArn: PROFILE.replace('eu-west-1', 'eu-west-2') }],
  ])('is not asked with an ARN of %s', async (_, options) => {
    const host = world()
    expect(await failureOf(provide(host, { ...OPTIONS, ...options }))).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(host.requests).toEqual([])
  })

  test('is no way to another host', async () => {
    const astray = (arn: string): string => arn.replace('eu-west-1', 'evil.example/')
    const options = { ...OPTIONS, trustAnchorArn: astray(ANCHOR), profileArn: astray(PROFILE) }
    expect(await failureOf(provide(world(), options))).toMatchObject({ code: 'REGION_INVALID' })
  })

  test.each([
    ['refuses', refusal(403, 'Untrusted certificate. Insufficient certificate'), 'SOURCE_REFUSED', 1],
    ['finds a fault', refusal(400, 'x'), 'SOURCE_REFUSED', 1],
    ['refuses without a word', new Response('<html>', { status: 403 }), 'SOURCE_REFUSED', 1],
    ['is down', () => refusal(500, 'x'), 'SOURCE_UNREACHABLE', 4],
    ['is busy', () => refusal(429, 'x'), 'SOURCE_UNREACHABLE', 4],
    ['is not there', new TypeError('the-secret'), 'SOURCE_UNREACHABLE', 4],
    ['sends nothing', () => Response.json({ credentialSet: [] }, { status: 201 }), 'RESPONSE_INVALID', 4],
    ['sends no JSON', () => new Response('the-secret', { status: 201 }), 'RESPONSE_INVALID', 4],
    ['sends what is over', () => answer('2025-12-31T23:00:00Z'), 'EXPIRED', 1],
  ] as [string, Answer, string, number][])('%s', async (_, answers, code, requests) => {
    const host = world({ answers })
    const error = await failureOf(provide(host, OPTIONS))
    expect(error).toMatchObject({ code, source: 'roles-anywhere' })
    expect(error.message).not.toMatch(/the-secret|<html>/)
    expect(host.requests).toHaveLength(requests)
  })

  test('says why it refuses', async () => {
    const host = world({ answers: refusal(403, 'Untrusted certificate. Insufficient certificate') })
    const { message } = await failureOf(provide(host, OPTIONS))
    expect(message).toContain('Untrusted certificate. Insufficient certificate')
    expect(message).toContain(ROLE)
  })

  test('whose clock is another is asked once more by its own, with a warning', async () => {
    const late = refusal(403, 'Signature expired')
    late.headers.set('date', 'Thu, 01 Jan 2026 00:10:00 GMT')
    const host = world({ answers: [late, () => answer()] })
    const { trace, warnings } = recordTrace()
    const signal = new AbortController().signal
    const keys = await fromRolesAnywhere(OPTIONS).provide({ host, signal, trace })
    expect(keys).toMatchObject({ accessKeyId: 'ASIASERVER' })
    expect(host.requests.map(({ headers }) => headers['x-amz-date'])).toEqual(['20260101T000000Z', '20260101T001000Z'])
    expect(warnings).toMatchObject([{ code: 'CLOCK_SKEW', text: expect.stringContaining('600 s behind') }])
  })

  test('that is silent is given up', async () => {
    const host = world({ answers: silence })
    host.sleep = (ms) => (ms < 1_000 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms / 200)))
    expect(await failureOf(provide(host, OPTIONS))).toMatchObject({ code: 'TIMEOUT' })
  })
})

test('where nothing names a trust anchor it steps aside', async () => {
  expect(await provide(world())).toEqual({ skipped: 'profile default has no rolesanywhere_trust_anchor_arn' })
})
