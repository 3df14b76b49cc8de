import { describe, expect, test } from 'vitest'
import { readTrustPolicy } from '../../../src/trust.ts'

const GOOD = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Jobs",
      "Effect": "Allow",
      "Principal": { "Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com" },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "gitlab.com:aud": "sts.amazonaws.com",
          "gitlab.com:sub": ["a", 1, true]
        }
      }
    }
  ]
}
`
const read = (text: string) => readTrustPolicy(text, 'trust.json')
/** The good one with a line replaced. */
const withLine = (line: number, text: string): string =>
  GOOD.split('\n')
    .with(line - 1, text)
    .join('\n')
const errorOf = (text: string): unknown => {
  try {
    return read(text)
  } catch (error) {
    return error
  }
}

test('each part knows its line; numbers and booleans are texts', () => {
  const { version, statements } = read(GOOD)
  expect({ version, statements }).toMatchObject({
    version: '2012-10-17',
    statements: [
      {
        index: 0,
        sid: 'Jobs',
        effect: 'Allow',
        line: 4,
        principal: { line: 7, negated: false },
        action: { line: 8, patterns: ['sts:AssumeRoleWithWebIdentity'] },
        conditions: [
          { operator: 'StringEquals', key: 'gitlab.com:aud', values: ['sts.amazonaws.com'], line: 11 },
          { operator: 'StringEquals', key: 'gitlab.com:sub', values: ['a', '1', 'true'], line: 12 },
        ],
      },
    ],
  })
})

describe('the same policy', () => {
  const { line, ...rest } = read(GOOD).statements[0] ?? { line: 0 }
  const statement = JSON.stringify(rest)

  test.each([
    ['with a byte order mark', `\ufeff${GOOD}`],
    ['with line ends of Windows', GOOD.replaceAll('\n', '\r\n')],
    ['with line ends of old', GOOD.replaceAll('\n', '\r')],
    ['with one statement that is no list', GOOD.replace('[\n    {', '{').replace('}\n  ]', '}')],
    [
      'as aws iam get-role prints it',
      `{"Role": {"RoleName": "ci", "AssumeRolePolicyDocument": ${GOOD}, "MaxSessionDuration": 3600}}`,
    ],
    ['as the document of a role', `{"AssumeRolePolicyDocument": ${GOOD}}`],
  ])('%s', (_name, text) => {
    const { line, ...found } = read(text).statements[0] ?? { line: 0 }
    expect(line).toBeGreaterThan(0)
    const withoutLines = (value: string): string => value.replace(/"line":\d+/g, '')
    expect(withoutLines(JSON.stringify(found))).toBe(withoutLines(statement))
  })

  test('line ends of Windows count once', () => {
    expect(read(GOOD.replaceAll('\n', '\r\n')).statements[0]?.conditions[1]?.line).toBe(12)
  })
})

test('escapes are read, digits kept', () => {
  const { conditions } =
    read(withLine(11, String.raw`"x:\u006b\n\"": 123456789012345678901234567890,`)).statements[0] ?? {}
  expect(conditions?.[0]).toMatchObject({ key: 'x:k\n"', values: ['123456789012345678901234567890'] })
})

describe('an error with its line', () => {
  test.each<[name: string, text: string, line: number, says: RegExp]>([
    ['nothing', '', 1, /nothing in it/],
    ['white space', '\n\n ', 3, /nothing in it/],
    ['no JSON', 'Version: 2012', 1, /not JSON: a value is expected/],
    ['an end too early', GOOD.slice(0, 200), 8, /not JSON: a text does not end/],
    ['an end after a comma', '{"Version": "2012-10-17",', 1, /not JSON/],
    ['a comma too much', withLine(12, '"gitlab.com:sub": "a",'), 13, /a name in double quotes is expected/],
    ['a comma too few', withLine(11, '"gitlab.com:aud": "a"'), 12, /a comma or } is expected/],
    ['a list without its comma', withLine(8, '"Action": ["a" "b"],'), 8, /a comma or \] is expected/],
    ['a name without its colon', withLine(6, '"Effect" "Allow",'), 6, /a colon is expected/],
    ['a comment', withLine(5, '// Jobs'), 5, /a name in double quotes/],
    ['single quotes', withLine(6, "'Effect': 'Allow',"), 6, /a name in double quotes/],
    ['a line end within a text', withLine(5, '"Sid": "Jo\nbs",'), 5, /a text holds what a text cannot/],
    ['an escape that is none', withLine(5, '"Sid": "\\x",'), 5, /a text holds what a text cannot/],
    ['a number that is none', withLine(12, '"gitlab.com:sub": 01'), 12, /a comma or } is expected/],
    ['something behind it', `${GOOD}{}`, 18, /something follows the end/],
    ['another word', withLine(12, '"gitlab.com:sub": undefined'), 12, /a value is expected/],
    ['nesting without end', '['.repeat(100_000), 1, /nested too deep/],
    ['a text', '"Allow"', 1, /the policy is no object/],
    ['a list', '[]', 1, /the policy is no object/],
    ['null', 'null', 1, /the policy is no object/],
    ['no statement', '{"Version": "2012-10-17"}', 1, /has no Statement/],
    ['no statements', '{\n"Statement": []}', 2, /Statement is empty/],
    ['a statement that is none', '{"Statement": [1]}', 1, /statement 1 is no object/],
    ['an empty statement', '{"Statement": [\n{}]}', 2, /statement 1 has no Effect/],
    ['another version', withLine(2, '"Version": "2020-01-01",'), 2, /Version is none that IAM knows/],
    ['a version that is no text', withLine(2, '"Version": 2012,'), 2, /Version/],
    ['an element that IAM does not know', withLine(5, '"Comment": "x",'), 5, /does not know: Comment/],
    ['an element in other letters', withLine(6, '"effect": "Allow",'), 6, /does not know: effect/],
    ['an effect in other letters', withLine(6, '"Effect": "allow",'), 6, /no Effect that IAM knows/],
    ['no effect', withLine(6, ''), 4, /no Effect/],
    ['an element twice', withLine(5, '"Effect": "Deny",'), 6, /has Effect twice/],
    ['a condition key twice', withLine(12, '"gitlab.com:aud": "b"'), 12, /has gitlab.com:aud twice/],
    ['no principal', withLine(7, ''), 4, /has no Principal/],
    ['two principals', withLine(5, '"NotPrincipal": "*",'), 5, /both Principal and NotPrincipal/],
    ['a principal that is a text', withLine(7, '"Principal": "me",'), 7, /neither "\*" nor an object/],
    ['a principal that is empty', withLine(7, '"Principal": {},'), 7, /names nobody/],
    ['a principal of another kind', withLine(7, '"Principal": {"Google": "x"},'), 7, /a kind that IAM does not know/],
    ['a principal without names', withLine(7, '"Principal": {"AWS": []},'), 7, /is empty/],
    [
      'a principal that is a number',
      withLine(7, '"Principal": {"AWS": 111122223333},'),
      7,
      /something else than texts/,
    ],
    ['no action', withLine(8, ''), 4, /has no Action/],
    ['an action that is no text', withLine(8, '"Action": {},'), 8, /something else than texts/],
    ['an empty action', withLine(8, '"Action": "",'), 8, /something else than texts/],
    ['a resource', withLine(5, '"Resource": "*",'), 5, /has a Resource/],
    [
      'a condition that is a list',
      withLine(5, '"Condition": [],').replace(/"Condition": \{[\s\S]*?\n {6}\}/, '"Sid": "x"'),
      5,
      /no object/,
    ],
    ['an operator that IAM does not know', withLine(10, '"StringSounds": {'), 10, /does not know: StringSounds/],
    ['an operator in other letters', withLine(10, '"stringEquals": {'), 10, /does not know: stringEquals/],
    ['a quantifier in other letters', withLine(10, '"forAnyValue:StringEquals": {'), 10, /does not know/],
    ['Null with IfExists', withLine(10, '"NullIfExists": {'), 10, /does not know: NullIfExists/],
    ['Null with a quantifier', withLine(10, '"ForAllValues:Null": {'), 10, /does not know/],
    ['an operator that is a name of objects', withLine(10, '"toString": {'), 10, /does not know/],
    ['an operator without keys', withLine(10, '"Bool": [], "StringEquals": {'), 10, /no object/],
    [
      'a value that is an object',
      withLine(12, '"gitlab.com:sub": {}'),
      12,
      /something else than texts, numbers and booleans/,
    ],
    ['a value that is null', withLine(12, '"gitlab.com:sub": null'), 12, /something else/],
    ['a list in a list', withLine(12, '"gitlab.com:sub": [["a"]]'), 12, /something else/],
    ['a Sid that is no text', withLine(5, '"Sid": 1,'), 5, /Sid/],
    ['an Id that is no text', withLine(2, '"Id": 1,'), 2, /Id is no text/],
    ['more than any policy has', `{${' '.repeat(131_072)}}`, 1, /larger than any trust policy/],
  ])('%s', (_name, text, line, says) => {
    const error = errorOf(text)
    expect(error).toMatchObject({ name: 'CredentialsError', code: 'CONFIG_INVALID', source: 'trust-policy' })
    expect(error).toMatchObject({ location: { file: 'trust.json', line }, problem: expect.stringMatching(says) })
  })

  test('without a file it is in the text', () => {
    expect(() => readTrustPolicy('{\n}')).toThrow('it has no Statement (line 1)')
  })

  test('a remedy names the right letters', () => {
    expect(errorOf(withLine(6, '"effect": "Allow",'))).toMatchObject({ remedy: 'Write Effect: case counts.' })
  })

  test('names of objects are names', () => {
    const text = withLine(12, '"__proto__": "a", "constructor": "b"')
    expect(read(text).statements[0]?.conditions.map(({ key }) => key)).toEqual([
      'gitlab.com:aud',
      '__proto__',
      'constructor',
    ])
    expect(read(text).document).toEqual(JSON.parse(text))
  })
})
