/** Why a role did not let the token of this job in: its trust policy, from a file or from IAM, against what the token claims. */
import {
  createCredentials,
  fromContainer,
  fromEnv,
  fromInstance,
  fromProfile,
  isCredentialsError,
} from '@rolecall/credentials'
import { type CiToken, fetchCiToken, fetchTrustPolicy } from '@rolecall/credentials/ci'
import { checkTrust, readTrustPolicy, readWebIdentityToken, type TrustCheck } from '@rolecall/credentials/trust'
import { Failure } from './failure.ts'
import { writeErr } from './output.ts'
import { createPaint } from './render/colour.ts'
import { renderTrustCheck } from './render/trust-check.ts'
import type { SourceValues } from './sources.ts'
import { readTokenOptions } from './token-options.ts'
import { readPolicyFile, type TextFile } from './trust/files.ts'

/** To ask IAM is a favour: nobody waits long for it. */
const IAM_TIMEOUT_MS = 5_000

/**
 * For a person the check is shown, condition by condition.
 *
 * @returns the error with the fix as its remedy; what is no refusal of a token, or cannot be explained, as it is.
 * @throws CredentialsError of the file that `--trust-policy` names.
 */
export async function explainRefusedToken(error: unknown, values: SourceValues): Promise<unknown> {
  if (!isRefusedToken(error)) return error
  const roleArn = values['role-arn'][0] ?? process.env['AWS_ROLE_ARN']?.trim() ?? ''
  const policy = await findPolicy(values, error.source, roleArn)
  const token = policy && (await readTokenAgain(values, error.source))
  if (!policy || !token) return error

  const sessionName = values['session-name'] ?? process.env['AWS_ROLE_SESSION_NAME']?.trim() ?? token.sessionName
  const read = readWebIdentityToken(token.token)
  const check = checkTrust(readTrustPolicy(policy.text, policy.file), read, { roleArn, sessionName, nowMs: Date.now() })
  if (!values.json) writeErr(renderTrustCheck(check, read, policy.file, createPaint(values['no-color'], 2)))
  const { code, source } = error
  return new Failure(`${error.problem}; ${describe(check, policy.file)}`, {
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

async function findPolicy(values: SourceValues, source: string, roleArn: string): Promise<TextFile | undefined> {
  if (values['trust-policy'] !== undefined) return readPolicyFile(values['trust-policy'], '')
  if (source !== 'ci') return undefined
  const text = await askIam(values, roleArn).catch(() => undefined)
  return text === undefined ? undefined : { file: `the trust policy of ${roleArn}`, text }
}

/** With what else this machine has: a job whose token is refused may run on an instance that may look. */
async function askIam({ profile }: SourceValues, roleArn: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(IAM_TIMEOUT_MS)
  const sources = [fromEnv(), fromProfile(), fromContainer(), fromInstance()]
  const keys = await createCredentials({ sources, ...(profile && { profile }) })({ signal })
  return fetchTrustPolicy({ roleArn, keys, profile, signal })
}

async function readTokenAgain(values: SourceValues, source: string): Promise<CiToken | undefined> {
  const named = readTokenOptions(values)
  const tokenFile = named.tokenFile ?? process.env['AWS_WEB_IDENTITY_TOKEN_FILE']
  return fetchCiToken(source === 'ci' ? named : { tokenFile }).catch(() => undefined)
}

function describe({ allowed, failed }: TrustCheck, file: string): string {
  if (allowed) return `${file} would let it in`
  const reasons = failed.map((part) => ('key' in part ? `${part.operator} ${part.key}` : part.element))
  return `in ${file} it fails at ${[...new Set(reasons)].join(', ') || 'a statement that denies it'}`
}

function remedyOf({ allowed, fix }: TrustCheck, roleArn: string): string {
  if (allowed) return `Check that this is the policy of ${roleArn}, and that the role is there`
  return (fix ?? 'Change the trust policy, or let another job ask').replace(/\.$/, '')
}
