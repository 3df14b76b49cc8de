import { randomUUID } from 'node:crypto'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { Failure, type FailureCode } from './failure.ts'
import { formatGithub } from './formats/github.ts'
import type { Handout } from './formats/handout.ts'
import { writeOut } from './output.ts'

/**
 * Masks first: nothing may be able to print a secret before the runner knows it.
 *
 * @throws Failure `GITHUB_ENV_MISSING`, `FILE_UNREADABLE`, and then nothing was printed.
 */
export function deliverToGithub(handout: Handout): void {
  const path = process.env['GITHUB_ENV']
  if (!path) throw fail('GITHUB_ENV_MISSING', 'GITHUB_ENV is not set', 'Run this in a step of a GitHub Actions job')

  const { masks, blocks } = formatGithub(handout, process.env, () => `rolecall_${randomUUID()}`)
  const file = openForAppending(path)
  try {
    writeOut(masks)
    writeFileSync(file, blocks)
  } finally {
    closeSync(file)
  }
}

function openForAppending(path: string): number {
  try {
    return openSync(path, 'a')
  } catch {
    throw fail(
      'FILE_UNREADABLE',
      'the file that GITHUB_ENV names cannot be written',
      'Check the path and its permissions',
    )
  }
}

function fail(code: FailureCode, problem: string, remedy: string): Failure {
  return new Failure(problem, { code, source: 'export', remedy })
}
