/** Why a role did not let the token of this job in: its trust policy, from a file or from IAM, against what the token claims. */
import {
  createCredentials,
  fromContainer,
  fromEnv,
  fromInstance,
  fromProfile,
  isCredentialsError,
} from '@rolecall/credentials'
import { type CiToken, detectCi, fetchCiToken, fetchTrustPolicy } from '@rolecall/credentials/ci'
import {
  checkTrust,
  readTrustPolicy,
  readWebIdentityToken,
  type TrustCheck,
  type TrustPolicy,
} from '@rolecall/credentials/trust'
import { Failure } from './failure.ts'
import { writeErr } from './output.ts'
import { createPaint } from './render/colour.ts'
import { renderTrustCheck } from './render/trust-check.ts'
import type { SourceValues } from './sources.ts'
import { readTokenOptions } from './token-options.ts'
import { readTextFile } from './trust/files.ts'

/** To ask IAM is a favour: nobody waits long for it. */
const IAM_TIMEOUT_MS = 5_000
const OPTION = '--trust-policy'

export interface NamedPolicy {
  /** As the reader knows it: a file, or whose it is. */
  readonly name: string
  readonly policy: TrustPolicy
}

const given = new Map<string, NamedPolicy>()

/**
 * The policy of `--trust-policy`. Each file is read once, before anything is asked: what becomes of the file hides no refusal.
 *
 * @throws Failure with exit status 2.
 */
export async function readGivenPolicy(file: string): Promise<NamedPolicy> {
  try {
    const policy = given.get(file) ?? {
      name: file,
      policy: readTrustPolicy((await readTextFile(file, OPTION)).text, file),
    }
    given.set(file, policy)
    return policy
  } catch (error) {
    if (!isCredentialsError(error)) throw error
    const { code, problem, remedy, location } = error
    throw new Failure(problem, { code, source: OPTION, remedy: remedy.replace(/\.$/, ''), location, exitCode: 2 })
  }
}

/**
 * For a person the check is shown, condition by condition.
 *
 * @param named undefined: IAM is asked for the policy.
 * @returns the error with the fix as its remedy; what is no refusal of a token, or cannot be explained, as it is.
 */
export async function explainRefusedToken(
  error: unknown,
  values: SourceValues,
  named: NamedPolicy | undefined,
): Promise<unknown> {
  if (!isRefusedToken(error)) return error
  const roleArn = findRole(values, error.source)
  const policy = named ?? (await askIam(values, error.source, roleArn).catch(() => undefined))
  const token = policy && (await readTokenAgain(values, error.source))
  if (!policy || !token) return error

  const sessionName = values['session-name'] ?? process.env['AWS_ROLE_SESSION_NAME']?.trim() ?? token.sessionName
  const read = readWebIdentityToken(token.token)
  const check = checkTrust(policy.policy, read, { roleArn, sessionName, nowMs: Date.now() })
  if (!values.json) writeErr(renderTrustCheck(check, read, policy.name, createPaint(values['no-color'], 2)))
  const { code, source } = error
  return new Failure(`${error.problem}; ${describe(check, policy.name)}`, {
    code,
    source,
    remedy: remedyOf(check, roleArn),
  })
}

type Refused = Error & { readonly code: 'SOURCE_REFUSED'; readonly source: string; readonly problem: string }

function isRefusedToken(error: unknown): error is Refused {
  if (!isCredentialsError(error) || !['ci', 'web-identity'].includes(error.source)) return false
  return (error as { readonly serviceCode?: unknown }).serviceCode === 'AccessDenied'
}

/** `--role-arn` is the role of a token that is named, or of a CI. */
function findRole(values: SourceValues, source: string): string {
  const isOption = source === 'ci' || values['web-identity-token-file'] !== undefined
  return (isOption ? values['role-arn'][0] : undefined) ?? process.env['AWS_ROLE_ARN']?.trim() ?? ''
}

/** In a job, with what else this machine has: it may run on an instance that may look. */
async function askIam({ profile }: SourceValues, source: string, roleArn: string): Promise<NamedPolicy | undefined> {
  if (source !== 'ci' && detectCi(process.env) === undefined) return undefined
  const signal = AbortSignal.timeout(IAM_TIMEOUT_MS)
  const sources = [fromEnv(), fromProfile(), fromContainer(), fromInstance()]
  const keys = await createCredentials({ sources, ...(profile && { profile }) })({ signal })
  const text = await fetchTrustPolicy({ roleArn, keys, profile, signal })
  return text === undefined ? undefined : { name: `the trust policy of ${roleArn}`, policy: readTrustPolicy(text) }
}

async function readTokenAgain(values: SourceValues, source: string): Promise<CiToken | undefined> {
  const named = readTokenOptions(values)
  const tokenFile = named.tokenFile ?? process.env['AWS_WEB_IDENTITY_TOKEN_FILE']?.trim()
  return fetchCiToken(source === 'ci' ? named : { tokenFile }).catch(() => undefined)
}

function describe({ allowed, failed }: TrustCheck, name: string): string {
  if (allowed) return `${name} would let it in`
  const reasons = failed.map((part) => ('key' in part ? `${part.operator} ${part.key}` : part.element))
  return `in ${name} it fails at ${[...new Set(reasons)].join(', ') || 'a statement that denies it'}`
}

function remedyOf({ allowed, fix }: TrustCheck, roleArn: string): string {
  if (allowed) return `Check that this is the policy of ${roleArn}, and that the role is there`
  return (fix ?? 'Change the trust policy, or let another job ask').replace(/\.$/, '')
}
