/** A role of radosgw for whoever has a token of the issuer, and sessions of it: by the chain, or as short as is wanted. */
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type CredentialSource, createCredentials, nodeHost, type StaticKeys } from '@rolecall/credentials'
import { AUDIENCE, type Issuer } from './oidc-issuer.ts'
import type { Radosgw } from './radosgw.ts'
import { requireProgram } from './sandbox-child.ts'

/** The accounts of radosgw have no number. */
const ROLE_ARN = 'arn:aws:iam:::role/demo'
const run = promisify(execFile)

/** @returns the role's ARN. */
export async function createRole({ url, keys, admin }: Radosgw, issuer: Issuer): Promise<string> {
  await requireProgram('aws', ['--version'], 'the AWS CLI')
  const env = {
    PATH: process.env['PATH'],
    HOME: tmpdir(),
    NO_PROXY: '127.0.0.1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  }
  const provider = ['--url', issuer.url, '--client-id-list', AUDIENCE, '--thumbprint-list', issuer.thumbprint]
  await run('aws', ['--endpoint-url', url, 'iam', 'create-open-id-connect-provider', ...provider], { env })

  const host = new URL(issuer.url).host
  const trust = {
    Effect: 'Allow',
    Principal: { Federated: [`arn:aws:iam:::oidc-provider/${host}`] },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: { StringEquals: { [`${host}:app_id`]: AUDIENCE } },
  }
  const allowed = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::*' }
  const policy = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await admin('role', 'create', '--role-name=demo', '--path=/', `--assume-role-policy-doc=${policy(trust)}`)
  await admin('role-policy', 'put', '--role-name=demo', '--policy-name=all', `--policy-doc=${policy(allowed)}`)
  return ROLE_ARN
}

/** As a pod or a CI job finds them: a role and a token file in the variables. */
export function webIdentity({ url }: Radosgw, issuer: Issuer, roleArn: string): CredentialSource {
  const env = {
    AWS_ROLE_ARN: roleArn,
    AWS_WEB_IDENTITY_TOKEN_FILE: issuer.tokenFile,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_STS: url,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return createCredentials({ host: { ...nodeHost(), env, homeDir: undefined } })
}

/** @returns what makes a session of so many seconds, and how often it was asked to. */
export function sessionsOf({ url }: Radosgw, issuer: Issuer, RoleArn: string, DurationSeconds: number) {
  const sts = new STSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  })
  let made = 0
  const makeSession = async (): Promise<StaticKeys> => {
    made += 1
    const input = { RoleArn, RoleSessionName: 'short', DurationSeconds, WebIdentityToken: issuer.issueToken() }
    const { Credentials } = await sts.send(new AssumeRoleWithWebIdentityCommand(input))
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
      expiration: Credentials?.Expiration,
    }
  }
  return { makeSession, count: () => made }
}
