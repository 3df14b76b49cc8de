/**
 * Where a browser may be sent with an authorization code: to a native app that listens on loopback, at any port.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 * @module
 */
import type { Answer } from '../service.ts'

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Undefined for an address that is not http on loopback, or has a fragment or a user name. */
export function parseLoopback(address: string): URL | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'http:' || !LOOPBACK.has(url.hostname)) return undefined
  return url.hash || url.username || url.password ? undefined : url
}

/** Host and path are those of the other address; the port is chosen when the app starts to listen. */
export function isSameButPort(address: URL, registered: URL): boolean {
  return (
    address.hostname === registered.hostname &&
    address.pathname === registered.pathname &&
    address.search === registered.search
  )
}

/** Parameters without a value are left out. */
export function sendBack(address: string, parameters: Readonly<Record<string, string | undefined>>): Answer {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
  return { status: 303, headers: { location: url.href, 'cache-control': 'no-store' }, body: '' }
}
