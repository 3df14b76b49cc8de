/** The one instance of IAM Identity Center: a person, the account and the roles assigned to them, who has signed in. */
import { randomBytes } from 'node:crypto'
import type { Role } from '../account.ts'
import { createQuestions, type Questions } from '../browser/questions.ts'
import type { Authorization } from '../oauth/authorization-request.ts'
import { createOneTimeSecrets, type OneTimeSecrets } from '../oauth/one-time.ts'
import type { World } from '../world.ts'
import { type Client, type Clients, createClients } from './clients.ts'
import { createDevices, type Devices } from './devices.ts'
import { createTokens, type RefreshTokens, type Tokens } from './tokens.ts'

const PERMISSION_SETS = ['Admin', 'ReadOnly'] as const

export interface IdentityCenter {
  /** Of the access portal. */
  readonly startUrl: string
  /** Of the person. */
  readonly userName: string
  /** By the name of the permission set, in order. */
  readonly roles: ReadonlyMap<string, Role>
  readonly clients: Clients
  readonly devices: Devices
  readonly tokens: Tokens
  readonly codes: OneTimeSecrets<Authorization & { readonly client: Client }>
  readonly questions: Questions
}

export interface IdentityCenterOptions {
  readonly refreshTokens: RefreshTokens
}

/** Creates its roles in the account, as it does where someone is assigned to one. */
export function createIdentityCenter(
  { url, account, clock, region }: World,
  { refreshTokens }: IdentityCenterOptions,
): IdentityCenter {
  const createReservedRole = (name: string): Role =>
    account.createRole(
      { name: `AWSReservedSSO_${name}_${createSuffix()}`, trustPolicy: createTrustPolicy(account.id) },
      `/aws-reserved/sso.amazonaws.com/${region === 'us-east-1' ? '' : `${region}/`}`,
    )
  return {
    startUrl: `${url}/start`,
    userName: 'demo',
    roles: new Map(PERMISSION_SETS.map((name) => [name, createReservedRole(name)])),
    clients: createClients(clock),
    devices: createDevices(clock),
    tokens: createTokens(clock, refreshTokens),
    codes: createOneTimeSecrets(clock),
    questions: createQuestions(clock),
  }
}

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html */
function createTrustPolicy(accountId: string): object {
  const provider = `arn:aws:iam::${accountId}:saml-provider/AWSSSO_${createSuffix()}_DO_NOT_DELETE`
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      },
    ],
  }
}

function createSuffix(): string {
  return randomBytes(8).toString('hex')
}
