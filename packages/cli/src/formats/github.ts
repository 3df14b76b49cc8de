/**
 * For a GitHub Actions job: what has to be masked, and what goes into the file that later steps get their variables of.
 *
 * Source  https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 * @module
 */
import { type Handout, listVariables, refuse, refuseUnwritable } from './handout.ts'

export interface GithubHandout {
  readonly masks: string
  readonly blocks: string
}

/**
 * @param env a variable set by an earlier step and unknown now is blanked: nothing can unset it.
 * @param createDelimiter a fresh random word a call.
 */
export function formatGithub(
  handout: Handout,
  env: Readonly<Record<string, string | undefined>>,
  createDelimiter: () => string,
): GithubHandout {
  const variables = listVariables(handout).map(
    ([name, value]) => [name, value ?? (env[name] ? '' : undefined)] as const,
  )
  const { secretAccessKey, sessionToken } = handout.credentials
  const secrets = [secretAccessKey, ...(sessionToken ? [sessionToken] : [])]
  return {
    blocks: variables.map(([name, value]) => (value === undefined ? '' : block(name, value, createDelimiter))).join(''),
    masks: maskSecrets(secrets),
  }
}

/** Lines that make the runner hide each secret, and its base64, from then on. */
export function maskSecrets(secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => [secret, Buffer.from(secret).toString('base64')])
    .map(mask)
    .join('')
}

function block(name: string, value: string, createDelimiter: () => string): string {
  refuseUnwritable('github', name, value)
  if (value.includes('\r')) refuse('github', name, 'a carriage return')
  let delimiter = createDelimiter()
  while (value.includes(delimiter)) delimiter = createDelimiter()
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
}

function mask(secret: string): string {
  return `::add-mask::${secret.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}\n`
}
