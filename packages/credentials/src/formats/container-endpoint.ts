/**
 * Where a container's credentials are asked for, and which addresses may be asked at all.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import type { Host } from '../model/host.ts'
import { isLocalHost, withoutResolver } from './local-host.ts'
import { readVariable } from './variable.ts'

const ECS_ENDPOINT = 'http://169.254.170.2'

/**
 * @returns undefined where no address is set. Where both are, the relative one wins.
 * @throws CredentialsError `CONFIG_INVALID`.
 */
export function readContainerEndpoint(env: Host['env'], source: string): URL | undefined {
  const fail = (problem: string, remedy: string) =>
    new CredentialsError(problem, { code: 'CONFIG_INVALID', source, remedy })

  const relative = readVariable(env, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')
  const full = readVariable(env, 'AWS_CONTAINER_CREDENTIALS_FULL_URI')
  const text = relative ? ECS_ENDPOINT + relative : full
  if (!text) return undefined

  const name = relative ? 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' : 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw fail(`${name} is no address`, 'Set it to a URL')
  if (relative && url.origin !== ECS_ENDPOINT) throw fail(`${name} is no path`, 'Begin it with /')
  if (url.username || url.password) throw fail(`${name} names a user`, 'Take the name out')
  if (url.protocol === 'https:') return url
  if (url.protocol !== 'http:') throw fail(`${name} is no http or https address`, 'Set it to a URL')
  if (!isLocalHost(url)) throw fail(`${url.host} may not be asked over http:`, 'Use https, or http on this machine')
  return withoutResolver(url)
}
