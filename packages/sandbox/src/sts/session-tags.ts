/**
 * The tags of a session: those it is given, and those that go from session to session.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 * @module
 */
import type { SessionTraits } from '../identity.ts'
import { Refusal } from '../service.ts'
import type { ParameterReader } from './parameters.ts'

const MAX_TAGS = 50
const TAG_KEY = { min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u }
const TAG_VALUE = { min: 0, max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u }

export interface SessionTags {
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  readonly transitiveTagKeys: readonly string[]
}

export function readTags(reader: ParameterReader): SessionTags {
  return {
    tags: reader.list('Tags', MAX_TAGS, (member) => ({
      key: reader.required(`${member}.Key`, TAG_KEY),
      value: reader.required(`${member}.Value`, TAG_VALUE),
    })),
    transitiveTagKeys: reader.list('TransitiveTagKeys', MAX_TAGS, (member) => reader.required(member, TAG_KEY)),
  }
}

/** The tags of a new session: those it is given, and the transitive ones of the session it comes from. */
export function mergeTags(
  from: SessionTraits | undefined,
  { tags, transitiveTagKeys }: SessionTags,
): Pick<SessionTraits, 'tags' | 'transitiveTagKeys'> {
  const names = tags.map(({ key }) => key.toLowerCase())
  if (new Set(names).size < names.length)
    throw refuse('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  if (names.some((name) => name.startsWith('aws:'))) throw refuse('Tag keys that begin with aws: are reserved.')
  if (transitiveTagKeys.some((key) => !names.includes(key.toLowerCase())))
    throw refuse('The specified transitive tag key must be included in the requested tags.')

  const inheritedKeys = from?.transitiveTagKeys ?? []
  if (inheritedKeys.some((key) => names.includes(key.toLowerCase())))
    throw refuse(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  const inherited = Object.entries(from?.tags ?? {}).filter(([key]) => inheritedKeys.includes(key))
  return {
    tags: Object.fromEntries([...inherited, ...tags.map(({ key, value }): [string, string] => [key, value])]),
    transitiveTagKeys: [...inheritedKeys, ...transitiveTagKeys],
  }
}

function refuse(message: string): Refusal {
  return new Refusal('InvalidParameterValue', 400, message)
}
