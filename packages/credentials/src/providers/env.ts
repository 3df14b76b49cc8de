/**
 * Keys from environment variables, read anew at each refresh.
 *
 * Reads   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION, AWS_ACCOUNT_ID
 * Refresh Its keys end when they say, and are asked for again 10 seconds before.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import { readEnvironmentKeys } from '../formats/environment-keys.ts'
import { maskKeyId } from '../model/credentials.ts'
import { BOUNDED, type Provider, skip } from '../model/provider.ts'

/**
 * Steps aside where neither variable of the pair is set; half a pair is `KEYS_INCOMPLETE`. Keys that had an end do not
 * become keys without one: that is `CONFIG_INVALID`.
 */
export function fromEnv(): Provider {
  let expiring: string | undefined
  return {
    name: 'env',
    variables: ['AWS_ACCESS_KEY_ID'],
    timeoutMs: BOUNDED,
    async provide({ host, trace }) {
      const keys = readEnvironmentKeys(host.env, 'env', host.now())
      if (!keys) return skip('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set')
      if (keys.accessKeyId === expiring && !keys.expiration) throw endless()

      expiring = keys.expiration && keys.accessKeyId
      trace?.fact('AWS_ACCESS_KEY_ID', maskKeyId(keys.accessKeyId))
      if (keys.sessionToken) trace?.fact('AWS_SESSION_TOKEN', 'set')
      return keys
    },
  }
}

function endless(): CredentialsError {
  const problem = 'AWS_CREDENTIAL_EXPIRATION was set for these keys, and is not any more'
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source: 'env', remedy: 'Set it, or set new keys' })
}
