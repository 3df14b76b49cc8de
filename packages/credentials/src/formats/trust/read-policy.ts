/**
 * Reads a role's trust policy. What IAM would not store is an error with its line: JSON that is none, elements and
 * operators that do not exist, a name that is there twice.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 * @module
 */
import { CredentialsError } from '../../errors.ts'
import { isComparison } from './comparisons.ts'
import { type JsonMember, type JsonNode, parseJsonLines } from './json-lines.ts'
import type {
  ActionElement,
  PrincipalElement,
  PrincipalType,
  TrustCondition,
  TrustPolicy,
  TrustStatement,
} from './policy.ts'

/** IAM takes 8,192 characters at most, white space aside. */
const MAX_CHARACTERS = 131_072
const PRINCIPAL_TYPES: readonly string[] = ['AWS', 'Federated', 'Service', 'CanonicalUser'] satisfies PrincipalType[]
const OPERATOR = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/

/**
 * The document itself, or what `aws iam get-role` printed around it.
 *
 * @param file named by errors.
 * @throws CredentialsError `CONFIG_INVALID`
 */
export function readTrustPolicy(text: string, file?: string): TrustPolicy {
  const reader = createReader(file)
  if (text.length > MAX_CHARACTERS) throw reader.fail(1, 'it is larger than any trust policy', 'Name the right file')
  const root = parseJsonLines(text)
  if (root.kind === 'fault') throw reader.fail(root.line, `it is not JSON: ${root.problem}`, 'Correct it')
  return reader.readPolicy(unwrap(root))
}

/**
 * A policy that a program holds as an object.
 *
 * @throws CredentialsError `CONFIG_INVALID`
 */
export function toTrustPolicy(document: unknown): TrustPolicy {
  return readTrustPolicy(toJson(document) ?? '')
}

/** undefined for what JSON cannot hold: a function, a circle, a bigint. */
function toJson(document: unknown): string | undefined {
  try {
    return JSON.stringify(document)
  } catch {
    return undefined
  }
}

function unwrap(root: JsonNode): JsonNode {
  const role = memberOf(root, 'Role') ?? root
  return memberOf(role, 'AssumeRolePolicyDocument') ?? root
}

function memberOf(node: JsonNode, name: string): JsonNode | undefined {
  return node.kind === 'object' ? node.members.find((member) => member.name === name)?.value : undefined
}

interface Reader {
  readPolicy(node: JsonNode): TrustPolicy
  fail(line: number, problem: string, remedy: string): CredentialsError
}

function createReader(file: string | undefined): Reader {
  const fail: Reader['fail'] = (line, problem, remedy) =>
    new CredentialsError(file === undefined ? `${problem} (line ${line})` : problem, {
      code: 'CONFIG_INVALID',
      source: 'trust-policy',
      remedy,
      location: file === undefined ? undefined : { file, line },
    })
  return { readPolicy, fail }

  function readPolicy(node: JsonNode): TrustPolicy {
    const elements = readElements(node, 'the policy', ['Version', 'Id', 'Statement'])
    const version = elements.get('Version')
    const id = elements.get('Id')
    if (id && id.kind !== 'string') throw fail(id.line, 'Id is no text', 'Write it as text, or leave it out')
    const statement = elements.get('Statement')
    if (!statement) throw fail(node.line, 'it has no Statement', 'Add one')
    const nodes = statement.kind === 'array' ? statement.items : [statement]
    if (nodes.length === 0) throw fail(statement.line, 'Statement is empty', 'Add a statement')
    const document = toValue(node) as Record<string, unknown>
    return {
      version: version ? readVersion(version) : '2008-10-17',
      statements: nodes.map(readStatement),
      sizeCharacters: JSON.stringify(document).length,
      document,
    }
  }

  function readVersion(node: JsonNode): TrustPolicy['version'] {
    if (node.kind === 'string' && (node.text === '2012-10-17' || node.text === '2008-10-17')) return node.text
    throw fail(node.line, 'its Version is none that IAM knows', 'Write "Version": "2012-10-17"')
  }

  function readStatement(node: JsonNode, index: number): TrustStatement {
    const name = `statement ${index + 1}`
    const elements = readElements(node, name, [
      'Sid',
      'Effect',
      'Principal',
      'NotPrincipal',
      'Action',
      'NotAction',
      'Condition',
      'Resource',
      'NotResource',
    ])
    for (const element of ['Resource', 'NotResource']) {
      const there = elements.get(element)
      if (there) throw fail(there.line, `${name} has a ${element}: a trust policy is about its own role`, 'Remove it')
    }
    const sid = elements.get('Sid')
    if (sid && sid.kind !== 'string') throw fail(sid.line, `the Sid of ${name} is no text`, 'Write it as text')
    const condition = elements.get('Condition')
    return {
      index,
      sid: sid?.kind === 'string' ? sid.text : undefined,
      effect: readEffect(elements.get('Effect'), name, node.line),
      principal: readPrincipal(choose(elements, 'Principal', name, node.line), name),
      action: readAction(choose(elements, 'Action', name, node.line), name),
      conditions: condition ? readConditions(condition, name) : [],
      line: node.line,
    }
  }

  function readEffect(node: JsonNode | undefined, name: string, line: number): 'Allow' | 'Deny' {
    if (node?.kind === 'string' && (node.text === 'Allow' || node.text === 'Deny')) return node.text
    throw fail(node?.line ?? line, `${name} has no Effect that IAM knows`, 'Write "Effect": "Allow" or "Deny"')
  }

  /** One of an element and its opposite. */
  function choose(
    elements: ReadonlyMap<string, JsonNode>,
    element: string,
    name: string,
    line: number,
  ): { readonly negated: boolean; readonly node: JsonNode } {
    const plain = elements.get(element)
    const negated = elements.get(`Not${element}`)
    if (plain && negated) throw fail(negated.line, `${name} has both ${element} and Not${element}`, 'Remove one')
    const node = plain ?? negated
    if (!node)
      throw fail(
        line,
        `${name} has no ${element}`,
        `Add one: a trust policy says ${element === 'Action' ? 'what is allowed' : 'whom it is about'}`,
      )
    return { negated: plain === undefined, node }
  }

  function readPrincipal({ negated, node }: { negated: boolean; node: JsonNode }, name: string): PrincipalElement {
    const element = `${negated ? 'NotPrincipal' : 'Principal'} of ${name}`
    if (node.kind === 'string' && node.text === '*') return { negated, anyone: true, names: [], line: node.line }
    const remedy = 'Write "*" or an object of AWS, Federated, Service or CanonicalUser'
    if (node.kind !== 'object') throw fail(node.line, `the ${element} is neither "*" nor an object`, remedy)
    if (node.members.length === 0) throw fail(node.line, `the ${element} names nobody`, remedy)
    const names = readMembers(node.members, `the ${element}`).flatMap(({ name: type, line, value }) => {
      if (!PRINCIPAL_TYPES.includes(type)) throw fail(line, `the ${element} has a kind that IAM does not know`, remedy)
      return readTexts(value, `the ${element}`).map((text) => ({ type: type as PrincipalType, name: text }))
    })
    const anyone = names.some(({ type, name: text }) => type === 'AWS' && text === '*')
    return { negated, anyone, names, line: node.line }
  }

  function readAction({ negated, node }: { negated: boolean; node: JsonNode }, name: string): ActionElement {
    const patterns = readTexts(node, `the ${negated ? 'NotAction' : 'Action'} of ${name}`)
    return { negated, patterns, line: node.line }
  }

  function readConditions(node: JsonNode, name: string): TrustCondition[] {
    const shape = 'Write "Condition": {"OPERATOR": {"KEY": VALUE}}'
    if (node.kind !== 'object') throw fail(node.line, `the Condition of ${name} is no object`, shape)
    return readMembers(node.members, `the Condition of ${name}`).flatMap(({ name: operator, line, value: block }) => {
      const [, quantifier, comparison = '', ifExists] = OPERATOR.exec(operator) ?? []
      if (!isComparison(comparison) || (comparison === 'Null' && (ifExists || quantifier)))
        throw fail(
          line,
          `the Condition of ${name} has an operator that IAM does not know: ${shorten(operator)}`,
          'Correct it: case counts',
        )
      if (block.kind !== 'object') throw fail(block.line, `${operator} of ${name} is no object`, shape)
      return readMembers(block.members, `${operator} of ${name}`).map(({ name: key, line, value }) => ({
        operator,
        comparison,
        quantifier: quantifier as TrustCondition['quantifier'],
        ifExists: ifExists !== undefined,
        key,
        values: readScalars(value, `${shorten(key)} in ${operator} of ${name}`),
        line,
      }))
    })
  }

  function readElements(node: JsonNode, name: string, known: readonly string[]): Map<string, JsonNode> {
    if (node.kind !== 'object') throw fail(node.line, `${name} is no object`, 'Write it in braces')
    const members = readMembers(node.members, name)
    for (const { name: element, line } of members) {
      if (known.includes(element)) continue
      const meant = known.find((one) => one.toLowerCase() === element.toLowerCase())
      const remedy = meant ? `Write ${meant}: case counts` : `Remove it; known are ${known.slice(0, 7).join(', ')}`
      throw fail(line, `${name} has an element that IAM does not know: ${shorten(element)}`, remedy)
    }
    return new Map(members.map(({ name: element, value }) => [element, value]))
  }

  function readMembers(members: readonly JsonMember[], name: string): readonly JsonMember[] {
    const seen = new Set<string>()
    for (const member of members) {
      if (seen.has(member.name))
        throw fail(member.line, `${name} has ${shorten(member.name)} twice`, 'Put both into one')
      seen.add(member.name)
    }
    return members
  }

  function readTexts(node: JsonNode, name: string): string[] {
    const items = node.kind === 'array' ? node.items : [node]
    if (items.length === 0) throw fail(node.line, `${name} is empty`, 'Add a text')
    return items.map((item) => {
      if (item.kind === 'string' && item.text !== '') return item.text
      throw fail(item.line, `${name} holds something else than texts`, 'Write a text, or a list of texts')
    })
  }

  function readScalars(node: JsonNode, name: string): string[] {
    return (node.kind === 'array' ? node.items : [node]).map((item) => {
      if (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean') return item.text
      throw fail(
        item.line,
        `${name} holds something else than texts, numbers and booleans`,
        'Write one of these, or a list',
      )
    })
  }
}

function toValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name, toValue(value)]))
    case 'array':
      return node.items.map(toValue)
    case 'string':
      return node.text
    default:
      return JSON.parse(node.text)
  }
}

function shorten(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name
}
