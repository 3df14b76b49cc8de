import { createHash, randomBytes } from 'node:crypto'
import type { Sandbox } from '@rolecall/sandbox'

export type Json = Record<string, unknown>

export interface Answered {
  readonly status: number
  /** The exception that the AWS SDKs would throw. */
  readonly exception: string | null
  readonly body: Json
}

export async function post(sandbox: Sandbox, path: string, body: unknown, headers: Json = {}): Promise<Answered> {
  return read(
    await fetch(sandbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers } as Record<string, string>,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )
}

export async function read(response: Response): Promise<Answered> {
  const text = await response.text()
  return {
    status: response.status,
    exception: response.headers.get('x-amzn-errortype'),
    body: text === '' ? {} : (JSON.parse(text) as Json),
  }
}

export interface Pkce {
  readonly verifier: string
  readonly challenge: string
}

export function createPkce(verifier: string = randomBytes(32).toString('base64url')): Pkce {
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** Parameters that are undefined are left out. */
export function createAddress(base: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(base)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

export function readQuery(address: string | undefined): Record<string, string> {
  return Object.fromEntries(new URL(address ?? 'http://nowhere').searchParams)
}
