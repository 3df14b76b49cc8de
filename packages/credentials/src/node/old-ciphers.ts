/** Cryptography of old files, by Node's own: WebCrypto has left it out. */

export function sha1(bytes: Uint8Array): Uint8Array {
  return process.getBuiltinModule('node:crypto').createHash('sha1').update(bytes).digest()
}

export function decryptTripleDes(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | undefined {
  const decipher = process.getBuiltinModule('node:crypto').createDecipheriv('des-ede3-cbc', key, iv)
  try {
    return Uint8Array.from([...decipher.update(data), ...decipher.final()])
  } catch {
    return undefined
  }
}
