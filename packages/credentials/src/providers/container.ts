/**
 * Credentials from a container's own endpoint: ECS tasks, EKS Pod Identity, Greengrass.
 *
 * Reads   AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, then AWS_CONTAINER_CREDENTIALS_FULL_URI;
 *         AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, then AWS_CONTAINER_AUTHORIZATION_TOKEN
 * Refresh Its sessions are served a while past their end when it cannot be asked.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @module
 */
import { BOUNDED, type Provider, skip } from '../model/provider.ts'
import { session } from '../model/sessions.ts'

const VARIABLES = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI']

/**
 * Steps aside where no address is set. Throws `CONFIG_INVALID` for an address that may not be asked over plain http,
 * `FILE_MISSING`, `FILE_UNREADABLE`, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`.
 */
export function fromContainer(): Provider {
  return { name: 'container', variables: VARIABLES, timeoutMs: BOUNDED, provide }
}

const provide: Provider['provide'] = async (context) => {
  const { getContainerCredentials } = await import('../clients/container.ts')
  const keys = await getContainerCredentials(context, 'container')
  return keys ? session(keys) : skip(`${VARIABLES.join(' and ')} are not set`)
}
