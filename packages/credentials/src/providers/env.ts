/**
 * Keys from environment variables, read anew at each refresh.
 *
 * Reads   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION, AWS_ACCOUNT_ID
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 * @module
 */
import { readEnvironmentKeys } from '../formats/environment-keys.ts'
import { maskKeyId } from '../model/credentials.ts'
import { type Provider, skip } from '../model/provider.ts'

/** Steps aside where neither variable of the pair is set; half a pair is `KEYS_INCOMPLETE`. */
export function fromEnv(): Provider {
  return { name: 'env', variables: ['AWS_ACCESS_KEY_ID'], provide }
}

const provide: Provider['provide'] = async ({ host, trace }) => {
  const keys = readEnvironmentKeys(host.env, 'env', host.now())
  if (!keys) return skip('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set')

  trace?.fact('AWS_ACCESS_KEY_ID', maskKeyId(keys.accessKeyId))
  if (keys.sessionToken) trace?.fact('AWS_SESSION_TOKEN', 'set')
  return keys
}
