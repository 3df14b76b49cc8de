import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { expandHome } from '../formats/paths.ts'
import { isSecretText } from '../formats/secret-text.ts'
import { checkToken } from '../formats/token.ts'
import type { Host } from '../model/host.ts'
import { errorCode } from './file-error.ts'

/**
 * Reads the one token in a file. Such files are rewritten as tokens expire: read them for each use.
 *
 * @throws CredentialsError `FILE_MISSING`, `FILE_UNREADABLE`, `CONFIG_INVALID`; none quotes the token.
 */
export async function readTokenFile(host: Host, named: string, source: string): Promise<string> {
  if (isSecretText(named)) {
    const remedy = 'Name the file that holds the token'
    throw new CredentialsError('the name of the token file is no path', { code: 'CONFIG_INVALID', source, remedy })
  }
  const file = expandHome(named, host)
  const fail = (code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError =>
    new CredentialsError(problem, { code, source, remedy, location: { file } })

  const read = () =>
    host.readFile(file).catch((error: unknown) => {
      const remedy = 'Make it a regular file that you may read, of at most 1 MiB'
      throw fail('FILE_UNREADABLE', `token file ${file} cannot be read${errorCode(error)}`, remedy)
    })
  const bytes = (await read()) ?? (await read()) // a kubelet may be putting the links to a new one
  if (!bytes) throw fail('FILE_MISSING', `token file ${file} does not exist`, 'Check what should write it')
  return checkToken(new TextDecoder().decode(bytes), `token file ${file}`, source, { file })
}
