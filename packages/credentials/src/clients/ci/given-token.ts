import { showName } from '../../formats/secret-text.ts'
import { checkToken } from '../../formats/token.ts'
import { readVariable } from '../../formats/variable.ts'
import type { Host } from '../../model/host.ts'
import { fail, SOURCE } from './failure.ts'

/**
 * The token that a CI puts into a variable when a job begins.
 *
 * @param names of variables: the first that is set counts.
 * @param remedy what makes the CI set it.
 */
export function readGivenToken(host: Host, names: readonly string[], remedy: string): string {
  for (const name of names) {
    const value = readVariable(host.env, name)
    if (value !== undefined) return checkToken(value, name, SOURCE)
  }
  throw fail(
    'CONFIG_INVALID',
    `${names.map(showName).join(' and ')} ${names.length > 1 ? 'are' : 'is'} not set`,
    remedy,
  )
}
