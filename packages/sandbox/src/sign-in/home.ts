/**
 * The home folder of a person who has signed in with `aws login`: config file, credential cache and the key of it.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
 * @module
 */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { formatInstant } from '../clock.ts'
import type { PrivateFolder } from '../private-folder.ts'
import type { World } from '../world.ts'
import { SAME_DEVICE } from './authorize.ts'
import { issueIdToken } from './create-token.ts'
import type { LoginSessions } from './sessions.ts'

const HOME = 'login-home'

export interface LoginHome {
  readonly path: string
  readonly configFile: string
  readonly cacheFolder: string
  readonly profile: string
}

/** One profile, `login`. */
export async function writeLoginHome(world: World, sessions: LoginSessions, folder: PrivateFolder): Promise<LoginHome> {
  const loginSession = sessions.identity.arn
  const config = ['[profile login]', `login_session = ${loginSession}`, `region = ${world.region}`, '']
  const configFile = await folder.write(`${HOME}/.aws/config`, config.join('\n'))
  const cacheFolder = `${HOME}/.aws/login/cache`
  const name = createHash('sha256').update(loginSession).digest('hex')
  await folder.write(`${cacheFolder}/${name}.json`, JSON.stringify(await createCache(world, sessions)))
  return {
    path: await folder.path(HOME),
    configFile,
    cacheFolder: await folder.path(cacheFolder),
    profile: 'login',
  }
}

async function createCache(world: World, sessions: LoginSessions): Promise<object> {
  const { thumbprint, pem } = await createDpopKey()
  const { key, refreshToken } = sessions.begin(SAME_DEVICE, thumbprint)
  return {
    accessToken: {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      sessionToken: key.session.token,
      accountId: world.account.id,
      expiresAt: formatInstant(key.session.expiresAt),
    },
    tokenType: 'aws_sigv4',
    clientId: SAME_DEVICE,
    refreshToken,
    idToken: await issueIdToken(world, sessions, SAME_DEVICE),
    dpopKey: pem,
  }
}

/** On the curve P-256, written as the AWS CLI writes it (SEC 1). */
async function createDpopKey(): Promise<{ thumbprint: string; pem: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'sec1', format: 'pem' }).toString()
  return { thumbprint: await calculateJwkThumbprint(await exportJWK(publicKey)), pem }
}
