import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCredentialsError } from '../../../src/errors.ts'
import { matchesPattern, parsePattern } from '../../../src/formats/trust/pattern.ts'
import { escapeWildcards, fillVariables } from '../../../src/formats/trust/variables.ts'
import {
  checkTrust,
  evaluateTrust,
  lintTrustPolicy,
  readTrustPolicy,
  readWebIdentityToken,
  type TrustPolicy,
  type TrustRequest,
  toTrustPolicy,
} from '../../../src/trust.ts'
import { ACCOUNT, arnOf, jwt, NOW } from './tokens.ts'

const PROVIDER = 'gitlab.com'
const KEYS = [`${PROVIDER}:sub`, `${PROVIDER}:aud`, 'aws:TagKeys', 'aws:SourceIp', 'aws:CurrentTime', 'x:number']
const VALUES = [
  'a',
  'b',
  'A',
  'a*',
  '?',
  '',
  '${aws:TagKeys}',
  "${x:none, 'a'}",
  '10.0.0.1',
  '10.0.0.0/8',
  '3',
  '2026-01-01',
  'true',
]
const COMPARISONS = [
  ...[
    'StringEquals',
    'StringNotEquals',
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
    'StringLike',
    'StringNotLike',
  ],
  ...['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals', 'DateEquals', 'DateLessThan'],
  ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'ArnLike', 'ArnNotLike', 'Null'],
]

const values = fc.array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 3 })
const operator = fc
  .tuple(
    fc.constantFrom('', 'ForAnyValue:', 'ForAllValues:'),
    fc.constantFrom(...COMPARISONS),
    fc.constantFrom('', 'IfExists'),
  )
  .map(([quantifier, comparison, ifExists]) =>
    comparison === 'Null' ? comparison : `${quantifier}${comparison}${ifExists}`,
  )
const condition = fc.dictionary(operator, fc.dictionary(fc.constantFrom(...KEYS), values, { minKeys: 1, maxKeys: 2 }), {
  maxKeys: 2,
})
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Principal: fc.constantFrom('*', { Federated: arnOf(PROVIDER) }, { AWS: ACCOUNT }),
  Action: fc.constantFrom('sts:*', 'sts:AssumeRoleWithWebIdentity', 'sts:TagSession'),
  Condition: condition,
})
const statements = fc.array(statement, { minLength: 1, maxLength: 4 })
const context = fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(fc.constantFrom(...VALUES), values), {
  maxKeys: KEYS.length,
})
const request = context.map(
  (known): TrustRequest => ({
    action: 'sts:AssumeRoleWithWebIdentity',
    principal: { type: 'Federated', provider: PROVIDER },
    context: known,
  }),
)
const claims = fc.record({
  iss: fc.constant(`https://${PROVIDER}`),
  sub: fc.constantFrom('a', 'b', 'A', 'a*', '${x}'),
  aud: fc.constantFrom('a', 'b', 'sts.amazonaws.com'),
})

const policyOf = (list: readonly object[], Version = '2012-10-17'): TrustPolicy =>
  toTrustPolicy({ Version, Statement: list })
const letsIn = (list: readonly object[], asked: TrustRequest): boolean => evaluateTrust(policyOf(list), asked).allowed

test('a condition that is added to an Allow lets nobody else in', () => {
  fc.assert(
    fc.property(
      statements,
      fc.nat(),
      operator,
      fc.constantFrom(...KEYS),
      values,
      request,
      (list, at, added, key, expected, asked) => {
        const index = at % list.length
        const one = list[index]
        if (one?.Effect !== 'Allow' || one.Condition[added]?.[key]) return
        const Condition = { ...one.Condition, [added]: { ...one.Condition[added], [key]: expected } }
        if (letsIn(list.with(index, { ...one, Condition }), asked)) expect(letsIn(list, asked)).toBe(true)
      },
    ),
    { numRuns: 300 },
  )
})

test('a Deny wins, whatever is allowed', () => {
  fc.assert(
    fc.property(statements, fc.nat(), request, (list, at, asked) => {
      const everything = { Effect: 'Deny', Principal: '*', Action: '*' }
      expect(letsIn(list.toSpliced(at % (list.length + 1), 0, everything as never), asked)).toBe(false)
    }),
  )
})

test('a Deny that is added lets nobody else in, and an Allow that is added keeps nobody out', () => {
  fc.assert(
    fc.property(statements, statement, request, (list, added, asked) => {
      const [before, after] = [letsIn(list, asked), letsIn([...list, added], asked)]
      if (before !== after) expect(added.Effect).toBe(before ? 'Deny' : 'Allow')
    }),
  )
})

test('the order of statements, operators, keys and values does not matter', () => {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned).reverse()
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, one]) => [key, turned(one)])
        .reverse(),
    )
  }
  fc.assert(
    fc.property(statements, request, (list, asked) => {
      expect(letsIn(turned(list) as object[], asked)).toBe(letsIn(list, asked))
    }),
    { numRuns: 200 },
  )
})

test('one value and a list of it are the same, and one statement and a list of it', () => {
  fc.assert(
    fc.property(statement, request, (one, asked) => {
      const alone = structuredClone(one) as { Condition: Record<string, Record<string, unknown>> }
      for (const block of Object.values(alone.Condition))
        for (const [key, list] of Object.entries(block)) if ([list].flat().length === 1) block[key] = [list].flat()[0]
      const policy = toTrustPolicy({ Version: '2012-10-17', Statement: alone })
      expect(evaluateTrust(policy, asked).allowed).toBe(letsIn([one], asked))
    }),
  )
})

test('an operator and its opposite are never both met', () => {
  const pairs = [
    ['StringEquals', 'StringNotEquals'],
    ['StringLike', 'StringNotLike'],
    ['NumericEquals', 'NumericNotEquals'],
    ['IpAddress', 'NotIpAddress'],
    ['ArnLike', 'ArnNotLike'],
    ['DateEquals', 'DateNotEquals'],
  ] as const
  fc.assert(
    fc.property(
      fc.constantFrom(...pairs),
      fc.constantFrom(...KEYS),
      values,
      request,
      ([plain, opposite], key, expected, asked) => {
        const allow = (name: string): object => ({
          Effect: 'Allow',
          Principal: '*',
          Action: '*',
          Condition: { [name]: { [key]: expected } },
        })
        expect(letsIn([allow(plain)], asked) && letsIn([allow(opposite)], asked)).toBe(false)
      },
    ),
    { numRuns: 200 },
  )
})

describe('the fix', () => {
  test('lets the job in, keeps everybody in who was, and lets in no other subject', () => {
    fc.assert(
      fc.property(statements, claims, claims, fc.boolean(), (list, job, other, withRole) => {
        const policy = policyOf(list)
        const options = { nowMs: NOW, ...(withRole && { roleArn: `arn:aws:iam::${ACCOUNT}:role/ci` }) }
        const check = (of: TrustPolicy, holder: object): boolean =>
          checkTrust(of, readWebIdentityToken(jwt(holder)), options).allowed
        const result = checkTrust(policy, readWebIdentityToken(jwt(job)), options)
        expect(result.fix === undefined).toBe(result.fixedPolicy === undefined)
        if (result.allowed) expect(result.fix).toBeUndefined()
        if (!result.fixedPolicy) return
        const fixed = toTrustPolicy(result.fixedPolicy)
        expect(check(fixed, job)).toBe(true)
        if (check(policy, other)) expect(check(fixed, other)).toBe(true)
        if (!check(policy, other) && check(fixed, other)) expect(other.sub).toBe(job.sub)
      }),
      { numRuns: 300 },
    )
  })
})

describe('nothing is thrown but typed errors', () => {
  const settles = (work: () => unknown): void => {
    try {
      work()
    } catch (error) {
      expect(isCredentialsError(error)).toBe(true)
    }
  }

  test('for any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => settles(() => lintTrustPolicy(toTrustPolicy(value)))))
  })

  test('for any text', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '0', '.', 'e', '\u0000', '\ud800', ' ', '\n'),
        }),
        (text) => settles(() => readTrustPolicy(text)),
      ),
    )
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '0', '.', 'e', '\u0000', '\ud800', ' ', '\n'),
        }),
        (text) => settles(() => readWebIdentityToken(text)),
      ),
    )
  })

  test('for any policy that is nearly one, and any token', () => {
    const anything = fc.oneof(fc.jsonValue(), values, condition)
    const nearly = fc.record(
      {
        Sid: anything,
        Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), anything),
        Principal: fc.oneof(fc.constantFrom('*', { AWS: '*' }), anything),
        Action: fc.oneof(fc.constant('sts:*'), anything),
        Condition: fc.oneof(condition, anything),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(nearly), fc.jsonValue(), (list, held) => {
        settles(() => {
          const policy = toTrustPolicy({ Version: '2012-10-17', Statement: list })
          lintTrustPolicy(policy)
          checkTrust(policy, readWebIdentityToken(jwt({ iss: 'https://x.example', sub: held, aud: held, exp: held })), {
            nowMs: NOW,
          })
        })
      }),
      { numRuns: 200 },
    )
  })

  test('for what JSON cannot hold', () => {
    const circle: Record<string, unknown> = {}
    circle['Statement'] = circle
    for (const value of [undefined, () => 1, Symbol('x'), 1n, circle, { Statement: 1n }]) {
      expect(() => toTrustPolicy(value)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
  })
})

test('a pattern fits as a regular expression would', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.', '\n'), maxLength: 8 })
  fc.assert(
    fc.property(text, text, (pattern, candidate) => {
      const expression = pattern.replace(/[.]/g, '\\.').replaceAll('*', '.*').replaceAll('?', '.')
      expect(matchesPattern(candidate, parsePattern(pattern))).toBe(new RegExp(`^${expression}$`, 's').test(candidate))
    }),
    { numRuns: 500 },
  )
})

test('what is escaped fits itself and nothing else', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '*', '?', '$', '{', '}', ','), maxLength: 8 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      const template = fillVariables(escapeWildcards(one), () => undefined)
      expect(template?.text).toBe(one)
      expect(matchesPattern(other, template?.pattern ?? [])).toBe(one === other)
    }),
    { numRuns: 500 },
  )
})

test('a pattern that would keep a regular expression busy for ever is answered at once', () => {
  const pattern = parsePattern('*a'.repeat(2_000))
  expect(matchesPattern('a'.repeat(1_999), pattern)).toBe(false)
  expect(matchesPattern('ab'.repeat(2_000), pattern)).toBe(false)
  expect(matchesPattern('ba'.repeat(2_000), pattern)).toBe(true)
})
