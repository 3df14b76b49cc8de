import type { RoleOptions } from '@rolecall/credentials'
import { Failure } from './failure.ts'
import type { GlobalValues } from './global-options.ts'
import { readRoleMfa } from './mfa.ts'
import type { OptionValues } from './option.ts'
import { type MFA_OPTIONS, ROLE_OPTIONS } from './session-options.ts'
import { readPolicy } from './session-policy.ts'

export type RoleValues = GlobalValues & Partial<OptionValues<typeof ROLE_OPTIONS & typeof MFA_OPTIONS>>

/**
 * The roles of `--role-arn`, in order. What narrows or names a session is about the last: its credentials go out.
 *
 * @throws Failure `NARROWING_IMPOSSIBLE` where there is no role to put the options to: wider credentials never go out.
 */
export async function readRoles(values: RoleValues): Promise<RoleOptions[]> {
  const earlier = [...values['role-arn']]
  const last = earlier.pop()
  if (last === undefined) {
    if (!process.env['AWS_ROLE_ARN']?.trim()) refuseWithoutRole(values)
    return []
  }
  const mfa = await readRoleMfa(values['mfa-code'], values.profile)
  return [...earlier.map((roleArn) => ({ roleArn })), { roleArn: last, ...readSession(values, last), ...mfa }]
}

/** What the options say of the session of AWS_ROLE_ARN, if anything: only an exchange of a token is for that role. */
export function readExchangedSession(values: RoleValues): Omit<RoleOptions, 'roleArn'> | undefined {
  const roleArn = process.env['AWS_ROLE_ARN']?.trim()
  return roleArn && findSessionOption(values) ? readSession(values, roleArn) : undefined
}

function readSession(values: RoleValues, roleArn: string): Omit<RoleOptions, 'roleArn'> {
  const policyArns = [...(values['policy-arn'] ?? []), ...(values['read-only'] ? [readOnlyPolicy(roleArn)] : [])]
  const tags = values.tag?.map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)])
  return {
    ...(values['session-name'] && { sessionName: values['session-name'] }),
    ...(values['external-id'] && { externalId: values['external-id'] }),
    ...(values.duration && { durationSeconds: Number(values.duration) }),
    ...(values['source-identity'] && { sourceIdentity: values['source-identity'] }),
    ...(tags?.length && { tags: Object.fromEntries(tags) }),
    ...(values.policy && { policy: readPolicy(values.policy) }),
    ...(policyArns.length > 0 && { policyArns }),
  }
}

/** AWS's own policies are in the partition of the role. */
function readOnlyPolicy(roleArn: string): string {
  return `arn:${roleArn.split(':')[1] || 'aws'}:iam::aws:policy/ReadOnlyAccess`
}

/** @throws Failure `NARROWING_IMPOSSIBLE` where an option is about the session of a role. */
export function refuseWithoutRole(values: RoleValues): void {
  const given = findSessionOption(values)
  if (!given) return
  throw new Failure(`--${given} is about a role session, and no role is named`, {
    code: 'NARROWING_IMPOSSIBLE',
    source: `--${given}`,
    remedy: 'Name the role with --role-arn',
  })
}

function findSessionOption(values: RoleValues): keyof typeof ROLE_OPTIONS | undefined {
  const names = Object.keys(ROLE_OPTIONS) as (keyof typeof ROLE_OPTIONS)[]
  return names.find((name) => {
    const value = values[name]
    return Array.isArray(value) ? value.length > 0 : Boolean(value)
  })
}
