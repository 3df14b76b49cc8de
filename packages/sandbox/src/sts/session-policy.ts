import { isRecord } from '../record.ts'
import { Refusal } from '../service.ts'
import { ARN, type ParameterReader } from './parameters.ts'

const POLICY = /^[\t\n\r\u0020-\u00FF]+$/
const MAX_POLICY_LENGTH = 2048
const MAX_POLICY_ARNS = 10
/** Plain characters that the packed form of policies and tags is reckoned to hold. */
const PACKED_SIZE = 2048

export interface SessionPolicies {
  readonly policy: string | undefined
  readonly policyArns: readonly (string | undefined)[]
}

export function readSessionPolicies(reader: ParameterReader, { limited }: { limited: boolean }): SessionPolicies {
  return {
    policy: reader.text('Policy', { min: 1, pattern: POLICY, ...(limited && { max: MAX_POLICY_LENGTH }) }),
    policyArns: reader.list('PolicyArns', MAX_POLICY_ARNS, (member) => reader.text(`${member}.arn`, ARN)),
  }
}

/** @throws Refusal `MalformedPolicyDocument` */
export function checkSessionPolicy({ policy }: SessionPolicies): void {
  if (policy === undefined) return
  const document = parseObject(policy)
  if (!document) throw malformed('This policy contains invalid Json')
  const statements = [document['Statement']].flat()
  const wellFormed = statements.every(
    (statement) => isRecord(statement) && (statement['Effect'] === 'Allow' || statement['Effect'] === 'Deny'),
  )
  if (document['Statement'] === undefined || !wellFormed) throw malformed('Syntax errors in policy.')
}

/**
 * Percent of the room that the packed policies and tags take, reckoned by their plain size: AWS does not say how it
 * packs. Undefined when there are none.
 *
 * @throws Refusal `PackedPolicyTooLarge`
 */
export function measurePacked(policies: SessionPolicies, tags: Readonly<Record<string, string>>): number | undefined {
  const text = [policies.policy?.replace(/\s+/g, ''), ...policies.policyArns, ...Object.entries(tags).flat()].join('')
  if (text === '') return undefined
  const percent = Math.ceil((text.length / PACKED_SIZE) * 100)
  if (percent > 100)
    throw new Refusal(
      'PackedPolicyTooLarge',
      400,
      `Packed size of session tags and session policy consumes ${percent}% of allotted space.`,
    )
  return percent
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function malformed(message: string): Refusal {
  return new Refusal('MalformedPolicyDocument', 400, message)
}
