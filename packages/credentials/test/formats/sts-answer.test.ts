import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseXml } from '../../src/clients/xml.ts'
import { readCallerIdentity, readStsCredentials, readStsError } from '../../src/formats/sts-answer.ts'

const SESSION = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser><AssumedRoleId>AROA:me</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/me</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s&amp;cret/+=</SecretAccessKey>
      <SessionToken>tok&#x2B;en</SessionToken><Expiration>2026-01-02T03:04:05.123456789Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
</AssumeRoleResponse>`
const KEYS = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 's&cret/+=',
  sessionToken: 'tok+en',
  expiration: new Date('2026-01-02T03:04:05.123Z'),
  accountId: '123456789012',
}

const session = async (text: string) => readStsCredentials(await parseXml(text))

describe('a session', () => {
  test('is read with its account, entities and nanoseconds', async () => {
    expect(await session(SESSION)).toEqual(KEYS)
  })

  test('of a role whose ARN makes no sense has no account', async () => {
    expect(await session(SESSION.replace(/<Arn>.*<\/Arn>/, '<Arn>garbage</Arn>'))).toEqual({
      ...KEYS,
      accountId: undefined,
    })
    expect(await session(SESSION.replace(/<AssumedRoleUser>.*<\/AssumedRoleUser>/, ''))).toEqual({
      ...KEYS,
      accountId: undefined,
    })
  })

  test('may be written with comments, CDATA and a declaration', async () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>${SESSION.replace('ASIAEXAMPLE', '<!-- x --><![CDATA[ASIAEXAMPLE]]>')}`
    expect((await session(text))?.secretAccessKey).toBe('s&cret/+=')
  })

  test.each(['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration', 'Credentials'])(
    'without %s is none',
    async (name) => {
      expect(await session(SESSION.replace(new RegExp(`<${name}>[\\s\\S]*?</${name}>`), ''))).toBeUndefined()
      expect(
        await session(SESSION.replace(new RegExp(`<${name}>[\\s\\S]*?</${name}>`), `<${name}> </${name}>`)),
      ).toBeUndefined()
    },
  )

  test('with an expiry that is no time is none', async () => {
    expect(await session(SESSION.replace(/2026[^<]*/, 'soon'))).toBeUndefined()
  })

  test('cut off at any byte is none', async () => {
    for (let at = 0; at < SESSION.length; at++) expect(await session(SESSION.slice(0, at)), `at ${at}`).toBeUndefined()
  })
})

test.each([
  '',
  'x',
  '<html><body>Sign in<br></body></html>',
  '<a><b></a></b>',
  '{"AccessKeyId":"x"}',
  '<a>&undefined;</a>',
  '<a/><b/>',
  '<a b=c/>',
  '\0',
])('%j is not well-formed', async (text) => {
  expect(await parseXml(text)).toBeUndefined()
})

test('a document type defines no entities', async () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Error><Code>&b;</Code></Error>'
  expect(readStsError(await parseXml(bomb))).toBeUndefined()
})

test('whatever the text, it is an answer or none', async () => {
  const part = fc.constantFrom(
    '<',
    '>',
    '</',
    '/>',
    'Error',
    'Code',
    'Credentials',
    'AccessKeyId',
    '&',
    ';',
    ' ',
    '<![CDATA[',
    ']]>',
    '<?',
    '<!--',
    '"',
    '=',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.array(part).map((parts) => parts.join('')),
      ),
      async (text) => {
        const root = await parseXml(text)
        for (const read of [readStsCredentials, readStsError, readCallerIdentity]) read(root)
      },
    ),
    { numRuns: 500 },
  )
})

test('deeply nested text is no trouble', async () => {
  const deep = `${'<a>'.repeat(9_000)}${'</a>'.repeat(9_000)}`
  expect(readStsError(await parseXml(deep))).toBeUndefined()
})

test('text that goes wrong a thousand times is given up at the first', async () => {
  const startedMs = performance.now()
  expect(await parseXml(`<a>${'</b><a>'.repeat(9_000)}`)).toBeUndefined()
  expect(await parseXml('</>'.repeat(20_000))).toBeUndefined()
  expect(performance.now() - startedMs).toBeLessThan(200)
})

describe('an error', () => {
  const read = async (text: string) => readStsError(await parseXml(text))
  test.each([
    [
      'AWS’s shape',
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>',
      { code: 'AccessDenied', message: 'no', requestId: 'r-1' },
    ],
    [
      'the bare shape',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message></Message><RequestId>tx-1</RequestId></Error>',
      { code: 'AccessDenied', message: undefined, requestId: 'tx-1' },
    ],
    [
      'without a message or an id',
      '<Error><Code>X</Code></Error>',
      { code: 'X', message: undefined, requestId: undefined },
    ],
  ])('in %s', async (_name, text, error) => {
    expect(await read(text)).toEqual(error)
  })

  test.each(['<Error><Message>x</Message></Error>', '<Code>X</Code>', SESSION, 'Service Unavailable'])(
    '%j is none',
    async (text) => {
      expect(await read(text)).toBeUndefined()
    },
  )
})

describe('an identity', () => {
  const text =
    '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:x</Arn><UserId>U</UserId><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'
  test('is read', async () => {
    expect(readCallerIdentity(await parseXml(text))).toEqual({ account: '1', arn: 'arn:x', userId: 'U' })
  })
  test.each(['Arn', 'UserId', 'Account'])('without %s is none', async (name) => {
    expect(readCallerIdentity(await parseXml(text.replace(new RegExp(`<${name}>.*</${name}>`), '')))).toBeUndefined()
  })
})
