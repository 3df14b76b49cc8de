import { readFileSync } from 'node:fs'
import { Failure, type FailureCode } from './failure.ts'

/**
 * A policy as STS wants it: JSON without its white space, which counts against the limit.
 *
 * @param given the JSON itself, or the name of a file.
 * @throws Failure `FILE_MISSING`, `FILE_UNREADABLE`, `CONFIG_INVALID`
 */
export function readPolicy(given: string): string {
  const inline = given.trimStart().startsWith('{')
  const text = inline ? given : readPolicyFile(given)
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    throw fail('CONFIG_INVALID', 'the policy is not JSON', 'Correct it', inline ? undefined : given)
  }
}

function readPolicyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw fail('FILE_MISSING', `there is no file ${file}`, 'Name a file, or write the policy as JSON')
    throw fail('FILE_UNREADABLE', `${file} cannot be read`, 'Check its permissions', file)
  }
}

function fail(code: FailureCode, problem: string, remedy: string, file?: string): Failure {
  return new Failure(problem, { code, source: '--policy', remedy, location: file === undefined ? file : { file } })
}
