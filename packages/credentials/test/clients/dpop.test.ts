import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { createDpopKey, createDpopProof } from '../../src/clients/dpop.ts'
import { readClaims } from '../../src/formats/jwt.ts'
import { fakeHost } from '../fake-host.ts'
import { BARE_SEC1, exportPem, NOW, PKCS8, SEC1 } from '../login-world.ts'

const URL_ASKED = new URL('https://us-west-2.signin.aws.amazon.com/v1/token')
const prove = (pem: string) => createDpopProof(fakeHost({ now: '2026-01-01T00:00:00.900Z' }), pem, URL_ASKED)
const PARAMETERS = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'

test.each([
  ['SEC1', SEC1],
  ['SEC1 without the public half', BARE_SEC1],
  ['SEC1 after its parameters, as openssl writes it', PARAMETERS + SEC1],
  ['SEC1 with the line ends of Windows', SEC1.replaceAll('\n', '\r\n')],
  ['SEC1 on one line', SEC1.replaceAll(/(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, '')],
  ['PKCS#8', PKCS8],
])('a proof by a key in %s says what RFC 9449 asks for, and its signature holds', async (_, pem) => {
  const proof = (await prove(pem)) ?? ''
  const { typ, alg, jwk, ...more } = decodeProtectedHeader(proof)
  expect({ typ, alg, more }).toEqual({ typ: 'dpop+jwt', alg: 'ES256', more: {} })

  const { kty, crv, x, y } = createPublicKey(createPrivateKey(SEC1)).export({ format: 'jwk' }) as JsonWebKey
  expect(jwk, 'the public half only').toEqual({ kty, crv, x, y })
  const { payload } = await jwtVerify(proof, await importJWK(jwk ?? {}, 'ES256'), { currentDate: new Date(NOW) })
  expect(payload).toEqual({
    htm: 'POST',
    htu: URL_ASKED.href,
    iat: Date.parse(NOW) / 1000,
    jti: '00000000-0000-4000-8000-000000000000',
  })
  expect(Buffer.from(proof.split('.')[2] ?? '', 'base64url'), 'r and s, no DER').toHaveLength(64)
})

const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
test.each([
  ['nothing', ''],
  ['no PEM', 'secret'],
  ['no base64', SEC1.replace(/\n./, '\n*')],
  ['half a key', SEC1.replace(/\n.{20}/, '\n')],
  ['half a file', SEC1.slice(0, 100)],
  ['another curve in SEC1', exportPem(p384, 'sec1')],
  ['another curve in PKCS#8', exportPem(p384, 'pkcs8')],
  ['RSA', exportPem(rsa, 'pkcs8')],
  ['a public key', createPublicKey(createPrivateKey(SEC1)).export({ type: 'spki', format: 'pem' }).toString()],
  [
    'an encrypted key',
    createPrivateKey(SEC1).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }).toString(),
  ],
])('%s makes no proof', async (_, pem) => {
  expect(await prove(pem)).toBeUndefined()
})

test('a new key is P-256 in SEC1, whole and well-formed, another each time', async () => {
  const pem = await createDpopKey()
  expect(pem).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END EC PRIVATE KEY-----\n$/)
  const key = createPrivateKey(pem)
  expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
  expect(exportPem(key, 'sec1')).toBe(pem)
  expect(await prove(pem)).toBeDefined()
  expect(await createDpopKey()).not.toBe(pem)
})

test('the claims of a token are read without the key of its issuer', () => {
  const token = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"me"}')}.x`.replaceAll('=', '')
  expect(readClaims(token)).toEqual({ sub: 'me' })
  for (const broken of ['', 'a.b', 'a.b.c', 'a.*.c', `x.${btoa('[]')}.y`, `${token}.z`]) {
    expect(readClaims(broken)).toBeUndefined()
  }
})
