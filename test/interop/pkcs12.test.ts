/** PKCS#12 files as OpenSSL writes them. Needs `openssl`, version 3. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type CredentialsError, fromRolesAnywhere, type Host, nodeHost } from '@rolecall/credentials'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
let folder = ''
const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-pkcs12-'))
  const { stdout } = await run('openssl', ['version']).catch(() => ({ stdout: '' }))
  if (!/^OpenSSL 3/.test(stdout)) throw new Error('openssl, version 3, is not installed here')
  const pair = (name: string, key: string[]) =>
    openssl(
      'req',
      '-x509',
      '-nodes',
      '-days',
      '3',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      ...key,
    )
  await pair('rsa', ['-newkey', 'rsa:2048'])
  await pair('ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const answer = {
  credentialSet: [
    {
      credentials: {
        accessKeyId: 'ASIASERVER',
        secretAccessKey: 's',
        sessionToken: 't',
        expiration: '2099-01-01T00:00:00Z',
      },
    },
  ],
}

async function provide(
  file: string,
  passphrase = 'a word',
  key?: string,
): Promise<{ keyId: string; certificate: string | null }> {
  let certificate: string | null = null
  const host: Host = {
    ...nodeHost(),
    env: {},
    homeDir: folder,
    fetch: async (_url, { headers }) => {
      certificate = new Headers(headers).get('x-amz-x509')
      return Response.json(answer, { status: 201 })
    },
  }
  const provider = fromRolesAnywhere({
    trustAnchorArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/a',
    profileArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:profile/p',
    roleArn: 'arn:aws:iam::123456789012:role/r',
    certificate: join(folder, file),
    ...(key === undefined ? {} : { privateKey: join(folder, key) }),
    passphrase: async () => passphrase,
  })
  const keys = await provider.provide({ host, signal: new AbortController().signal })
  return { keyId: 'accessKeyId' in keys ? keys.accessKeyId : '', certificate }
}

describe.each(['rsa', 'ec'])('a file of OpenSSL, with a key of kind %s', (kind) => {
  const make = (flags: string[], passphrase = 'a word') =>
    openssl(
      'pkcs12',
      '-export',
      '-inkey',
      `${kind}.key`,
      '-in',
      `${kind}.pem`,
      '-passout',
      `pass:${passphrase}`,
      '-out',
      'x.p12',
      ...flags,
    )

  test.each<[name: string, flags: string[]]>([
    ['as it is by default', []],
    ['with a name', ['-name', 'the server']],
    ['AES-128, SHA-1', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha1']],
    ['3DES in the old way', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']],
    ['3DES in the old way, many rounds', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-iter', '100000']],
    ['3DES of two keys', ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES']],
    ['3DES', ['-keypbe', 'DES-EDE3-CBC', '-certpbe', 'DES-EDE3-CBC']],
    ['many rounds', ['-iter', '600000']],
    ['a certificate in the clear', ['-certpbe', 'NONE']],
    ['nothing encrypted', ['-keypbe', 'NONE', '-certpbe', 'NONE', '-nomac']],
  ])('%s', async (_name, flags) => {
    await make(flags)
    const pem = await readFile(join(folder, `${kind}.pem`), 'latin1')
    const expected = pem.replace(/-----[A-Z ]+-----|\s/g, '')
    expect(await provide('x.p12')).toEqual({ keyId: 'ASIASERVER', certificate: expected })
  })

  test('a passphrase with signs of the world', async () => {
    await make([], 'pässwörd €')
    expect(await provide('x.p12', 'pässwörd €')).toMatchObject({ keyId: 'ASIASERVER' })
    await expect(provide('x.p12', 'password')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await make(['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'], 'pässwörd € 🔑')
    expect(await provide('x.p12', 'pässwörd € 🔑')).toMatchObject({ keyId: 'ASIASERVER' })
    await expect(provide('x.p12', 'password')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('RC2 is refused, and the remedy works as it is written', async () => {
    await make(['-legacy'])
    const refused = provide('x.p12')
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('RC2') })
    const remedy = await refused.catch((error: CredentialsError) => error.remedy)
    const line = /openssl pkcs12 -legacy.*?NEW\.pem/.exec(String(remedy))?.[0] ?? ''
    const [, ...words] = line.replace('OLD', 'x.p12').split(' ')
    await openssl(...words, '-passin', 'pass:a word', '-passout', 'pass:another')
    expect(await readFile(join(folder, 'NEW.pem'), 'latin1')).toContain('ENCRYPTED')
    expect(await provide('NEW.pem', 'another', 'NEW.pem')).toMatchObject({ keyId: 'ASIASERVER' })
  })
})
