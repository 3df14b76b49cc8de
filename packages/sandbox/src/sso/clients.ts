/** The clients that registered themselves, as each installation of the AWS CLI does. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { createSecret } from '../oauth/one-time.ts'
import { isSame } from '../sigv4.ts'
import { createRefusal } from './errors.ts'

const REGISTRATION_MS = 90 * 24 * 3600 * 1000

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
export const GRANTS: readonly string[] = ['authorization_code', 'refresh_token', DEVICE_GRANT]

export interface NewClient {
  readonly name: string
  readonly scopes: readonly string[]
  readonly grantTypes: readonly string[]
  readonly redirectUris: readonly string[]
}

export interface Client extends NewClient {
  readonly id: string
  readonly secret: string
  /** Epoch milliseconds. */
  readonly issuedAt: number
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

export interface Clients {
  register(client: NewClient): Client
  /** Undefined for a client whose registration has expired, too. */
  find(id: string): Client | undefined
  /** @throws Refusal `InvalidClientException` */
  authenticate(id: string, secret: string): Client
}

export function createClients(clock: Clock): Clients {
  const clients = new Map<string, Client>()
  const find = (id: string): Client | undefined => {
    const client = clients.get(id)
    return client && client.expiresAt > clock.now() ? client : undefined
  }
  return {
    register: (client) => {
      const issuedAt = clock.now()
      const registered: Client = {
        ...client,
        id: randomBytes(16).toString('base64url'),
        secret: createSecret(),
        issuedAt,
        expiresAt: issuedAt + REGISTRATION_MS,
      }
      clients.set(registered.id, registered)
      return registered
    },
    find,
    authenticate: (id, secret) => {
      const client = find(id)
      if (!client || !isSame(client.secret, secret))
        throw createRefusal('invalid_client', 'The client is unknown, or its registration has expired')
      return client
    },
  }
}
