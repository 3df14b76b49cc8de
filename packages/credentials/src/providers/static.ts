/**
 * Keys given in code.
 *
 * Reads   nothing
 * Refresh Its keys end when they say, and are asked for again 10 seconds before.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 * @module
 */
import { checkKeys } from '../formats/keys.ts'
import { maskKeyId, type StaticKeys } from '../model/credentials.ts'
import { BOUNDED, type Provider, skip } from '../model/provider.ts'

/** Without keys it steps aside. Half a pair is `KEYS_INCOMPLETE`, keys past their end are `EXPIRED`. */
export function fromStatic(keys?: StaticKeys): Provider {
  return {
    name: 'static',
    timeoutMs: BOUNDED,
    async provide({ host, trace }) {
      if (!keys) return skip('no keys are given in code')
      const checked = checkKeys(keys, { source: 'static', now: host.now() })
      trace?.fact('access key', maskKeyId(checked.accessKeyId))
      return checked
    },
  }
}
