/** The files that the commands of `rolecall trust` read. */
import { CredentialsError, nodeHost } from '@rolecall/credentials'
import { usageFailure } from '../failure.ts'
import { readTokenOptions, type TokenValues } from '../token-options.ts'

export interface TextFile {
  readonly file: string
  readonly text: string
}

/** @throws Failure `USAGE`; CredentialsError `FILE_MISSING`, `FILE_UNREADABLE` */
export function readPolicyFile(file: string | undefined, command: string): Promise<TextFile> {
  if (file === undefined)
    throw usageFailure('there is no policy to look at', 'Name its file with --policy FILE. ', command)
  return readTextFile(file, '--policy')
}

/**
 * The token in the file, or the one that the CI gives this job.
 *
 * @throws CredentialsError `FILE_MISSING`, `FILE_UNREADABLE`, and what `fetchCiToken` throws.
 */
export async function readToken(
  values: TokenValues & { readonly token?: string | undefined },
  roleArn: string | undefined,
): Promise<{ readonly file?: string; readonly text: string }> {
  if (values.token !== undefined) return readTextFile(values.token, '--token')
  const { fetchCiToken } = await import('@rolecall/credentials/ci')
  return { text: (await fetchCiToken({ ...readTokenOptions(values), roleArn })).token }
}

/** Where a token stands in the place of its file, nothing of it is shown. */
const TOKEN = /^\s*eyJ[\w-]+\./

/** @throws CredentialsError `FILE_MISSING`, `FILE_UNREADABLE` */
export async function readTextFile(file: string, source: string): Promise<TextFile> {
  const location = TOKEN.test(file) ? undefined : { file }
  const fail = (code: 'FILE_MISSING' | 'FILE_UNREADABLE', problem: string, remedy: string): CredentialsError =>
    new CredentialsError(problem, { code, source, remedy, location })
  const bytes = await nodeHost()
    .readFile(file)
    .catch(() => {
      throw fail(
        'FILE_UNREADABLE',
        'the file cannot be read',
        'Check that it is a file of less than 1 MiB, and its permissions',
      )
    })
  if (!bytes) throw fail('FILE_MISSING', 'there is no such file', 'Check the path')
  return { file, text: decode(bytes) }
}

/** PowerShell 5 redirects into UTF-16. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes)
}
