// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Says what AWS refused, in one line for a log. */
import type { StaticKeys } from '@rolecall/credentials'
import type { Refusal } from './refusal.ts'

/** AWS's words are for the person who has to mend it; more than this is no sentence. */
const MOST_CHARACTERS = 400

/** What went wrong, in one line that holds no secret. */
export function describeRefusal(refusal: Refusal, keys: StaticKeys | undefined): string {
  const { kind, name, text } = refusal
  if (kind === 'unreachable') return `the connection failed (${name})`
  if (kind === 'timeout') return 'no answer in time'
  // here AWS quotes the request that it expected, with the session token in it
  if (/signature/i.test(name)) return `${name}: the signature is not the one that AWS expects of this key`
  return text === '' ? name : `${name}: ${quote(text, keys)}`
}

function quote(text: string, keys: StaticKeys | undefined): string {
  const secrets = [keys?.secretAccessKey, keys?.sessionToken, keys?.accessKeyId].filter(
    (secret) => secret !== undefined,
  )
  const masked = secrets.reduce((left, secret) => left.replaceAll(secret, '…'), text)
  const line = masked
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line
}
