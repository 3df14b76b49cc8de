import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type Credentials,
  STSClient,
} from '@aws-sdk/client-sts'
import type { Sandbox } from '@rolecall/sandbox'

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The AWS SDK's own client. It tries once: what is refused stays refused. */
export function createClient(sandbox: Sandbox, credentials: Keys, maxAttempts = 1): STSClient {
  return new STSClient({ region: 'us-east-1', endpoint: sandbox.url, credentials, maxAttempts })
}

export async function readUserKeys(sandbox: Sandbox): Promise<Keys> {
  const env = await sandbox.env('keys')
  return { accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '' }
}

export async function assumeRole(sandbox: Sandbox, keys: Keys, input: Partial<AssumeRoleCommandInput>): Promise<Keys> {
  const command = new AssumeRoleCommand({ RoleArn: undefined, RoleSessionName: 'test', ...input })
  const { Credentials } = await createClient(sandbox, keys).send(command)
  return toKeys(Credentials)
}

export async function assumeRoleWithToken(
  sandbox: Sandbox,
  input: Partial<AssumeRoleWithWebIdentityCommandInput>,
): Promise<Keys> {
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: 'arn:aws:iam::123456789012:role/demo-web-identity',
    RoleSessionName: 'test',
    WebIdentityToken: undefined,
    ...input,
  })
  const client = new STSClient({ region: 'us-east-1', endpoint: sandbox.url, maxAttempts: 1 })
  return toKeys((await client.send(command)).Credentials)
}

function toKeys(credentials: Credentials | undefined): Keys {
  return {
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  }
}

/** What a client learns from a refusal. */
export async function readRefusal(call: Promise<unknown>): Promise<{ code: string; status: number; message: string }> {
  const error = await call.then(
    () => new Error('It was not refused'),
    (error: unknown) => error,
  )
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  return { code: name, status: $metadata?.httpStatusCode ?? 0, message }
}
