import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { derivePkcs12Key, type KeyPurpose } from '../../src/formats/pkcs12-key.ts'

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest()

/** Known answers for the derivation, which other programs check themselves by. */
test.each<[word: string, salt: string, iterations: number, purpose: KeyPurpose, hex: string]>([
  ['smeg', '0a58cf64530d823f', 1, 'key', '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3'],
  ['smeg', '0a58cf64530d823f', 1, 'iv', '79993dfe048d3b76'],
  ['queeg', '05dec959acff72f7', 1000, 'key', 'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4'],
  ['queeg', '05dec959acff72f7', 1000, 'iv', '11dedad7758d4860'],
])('%s with salt %s, %i rounds: the %s', (passphrase, salt, iterations, purpose, hex) => {
  const from = { passphrase, salt: Buffer.from(salt, 'hex'), iterations, sha1 }
  expect(Buffer.from(derivePkcs12Key(purpose, hex.length / 2, from)).toString('hex')).toBe(hex)
})
