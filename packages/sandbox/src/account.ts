/** The one AWS account of the sandbox: its users, its roles and the issuers it trusts. */

import { isCredentialsError } from '@rolecall/credentials'
import { type TrustPolicy, toTrustPolicy } from '@rolecall/credentials/trust'
import type { RoleSessionIdentity, UserIdentity } from './identity.ts'
import { createId } from './keys.ts'

const NAME = /^[\w+=,.@-]{1,64}$/
const MIN_SESSION_SECONDS = 3600
const MAX_SESSION_SECONDS = 43_200

export interface Role {
  readonly name: string
  readonly arn: string
  readonly roleId: string
  readonly trustPolicy: TrustPolicy
  readonly maxSessionDurationSeconds: number
}

export interface NewRole {
  /** 1 to 64 characters of `A-Z a-z 0-9 _ + = , . @ -`. */
  readonly name: string
  /** The policy document as an object, with its Statement. */
  readonly trustPolicy: object
  /** 3600 to 43200; default 3600. */
  readonly maxSessionDurationSeconds?: number
}

/** An OpenID Connect issuer registered in the account. */
export interface OidcProvider {
  readonly arn: string
  readonly issuer: string
  /** Audiences it accepts. */
  readonly clientIds: readonly string[]
}

export interface Account {
  readonly id: string
  createUser(name: string): UserIdentity
  /** A path begins and ends in "/"; it shows in the ARN, and names are unique without it. */
  createRole(role: NewRole, path?: string): Role
  findRole(arn: string): Role | undefined
  findRoleNamed(name: string): Role | undefined
  registerOidcProvider(issuer: string, clientIds: readonly string[]): OidcProvider
  findOidcProvider(issuer: string): OidcProvider | undefined
}

export function createAccount(id: string): Account {
  const users = new Map<string, UserIdentity>()
  const roles = new Map<string, Role>()
  const providers = new Map<string, OidcProvider>()
  return {
    id,
    createUser: (name) => {
      if (!NAME.test(name)) throw new TypeError('A user name is 1 to 64 characters of A-Z a-z 0-9 _ + = , . @ -')
      if (users.has(name)) throw new Error(`There is a user ${name} already`)
      const user: UserIdentity = {
        type: 'user',
        name,
        arn: `arn:aws:iam::${id}:user/${name}`,
        userId: createId('AIDA'),
      }
      users.set(name, user)
      return user
    },
    createRole: ({ name, trustPolicy, maxSessionDurationSeconds = MIN_SESSION_SECONDS }, path = '/') => {
      if (!NAME.test(name)) throw new TypeError('A role name is 1 to 64 characters of A-Z a-z 0-9 _ + = , . @ -')
      const arn = `arn:aws:iam::${id}:role${path}${name}`
      if ([...roles.values()].some((role) => role.name === name)) throw new Error(`There is a role ${name} already`)
      const wholeSeconds = Number.isInteger(maxSessionDurationSeconds)
      if (
        !wholeSeconds ||
        maxSessionDurationSeconds < MIN_SESSION_SECONDS ||
        maxSessionDurationSeconds > MAX_SESSION_SECONDS
      )
        throw new RangeError(`maxSessionDurationSeconds is ${MIN_SESSION_SECONDS} to ${MAX_SESSION_SECONDS}`)
      const role: Role = {
        name,
        arn,
        roleId: createId('AROA'),
        trustPolicy: readTrust(trustPolicy),
        maxSessionDurationSeconds,
      }
      roles.set(arn, role)
      return role
    },
    findRole: (arn) => roles.get(arn),
    findRoleNamed: (name) => [...roles.values()].find((role) => role.name === name),
    registerOidcProvider: (issuer, clientIds) => {
      const arn = `arn:aws:iam::${id}:oidc-provider/${issuer.replace(/^https?:\/\//, '')}`
      const provider: OidcProvider = { arn, issuer, clientIds }
      providers.set(issuer, provider)
      return provider
    },
    findOidcProvider: (issuer) => providers.get(issuer),
  }
}

/** The session that someone has in a role. */
export function createRoleSession(accountId: string, role: Role, sessionName: string): RoleSessionIdentity {
  return {
    type: 'role-session',
    roleArn: role.arn,
    sessionName,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.roleId}:${sessionName}`,
  }
}

/** What IAM checks when a role is created: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
function readTrust(policy: object): TrustPolicy {
  try {
    return toTrustPolicy(policy)
  } catch (error) {
    if (!isCredentialsError(error)) throw error
    throw new TypeError(`MalformedPolicyDocument: ${error.problem}`)
  }
}
