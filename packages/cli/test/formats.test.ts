import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSharedConfig, nodeHost } from '@rolecall/credentials'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatGithub } from '../src/formats/github.ts'
import type { Format, Handout } from '../src/formats/handout.ts'
import { TEXT_FORMATS } from '../src/formats/index.ts'
import { formatIni } from '../src/formats/ini.ts'
import { bareEnv, createHome } from './world.ts'

const [formatEnv, formatFish, formatPowershell, formatCmd, formatDotenv] = [
  'env',
  'fish',
  'powershell',
  'cmd',
  'dotenv',
].map((name) => TEXT_FORMATS[name]) as [Format, Format, Format, Format, Format]
const handout = (secretAccessKey: string, more: Partial<Handout['credentials']> = {}): Handout => ({
  credentials: {
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey,
    sessionToken: undefined,
    expiration: undefined,
    accountId: undefined,
    source: 'env',
    ...more,
  },
  region: 'eu-west-1',
  profile: 'default',
})
const full = handout('secret', {
  sessionToken: 'token',
  expiration: new Date('2026-01-01T06:00:00Z'),
  accountId: '111122223333',
})
const attempt = (format: Format, secret: string): string | undefined => {
  try {
    return format(handout(secret))
  } catch (error) {
    expect(error).toMatchObject({ code: 'VALUE_NOT_EXPORTABLE' })
    if (secret.length > 8) expect((error as Error).message).not.toContain(secret)
    return undefined
  }
}
/** Text made of what shells trip over. */
const adversarial = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...`'"\`$\\ \t\n\r%!^&|;<>(){}[]*?~#=,-‘’‚‛“”\u001b\u2028é😀`,
        '$(touch pwned)',
        '`id`',
        "'\\''",
        '\\n',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''))
const TRICKY = [
  `it's "quoted"`,
  '$(touch pwned)',
  '`id`',
  'a\\b\\\\c\\',
  ' padded ',
  'a\nb\n',
  '\u001b[31m',
  '‘’‚‛',
  'é😀',
  '-n',
  '#x #y',
  'a\\nb',
  '%PATH%',
  '!x!',
]

test.each(Object.entries(TEXT_FORMATS))('%s of a session', (_name, format) => {
  expect(format(full)).toMatchSnapshot()
})

test.each(Object.entries(TEXT_FORMATS))(
  '%s of a long-lived key leaves nothing of a session behind',
  (_name, format) => {
    expect(format({ ...handout('secret'), region: undefined })).toMatchSnapshot()
  },
)

describe.each(['sh', 'bash'])('env through %s', (shell) => {
  const evaluate = (script: string): string =>
    execFileSync(shell, ['-c', 'eval "$SCRIPT"; printf "%s=" "$AWS_SECRET_ACCESS_KEY"'], {
      env: { ...bareEnv('/nowhere'), SCRIPT: script, LC_ALL: 'C' },
      encoding: 'utf8',
    })

  test.each(TRICKY)('%j comes back as it was', (secret) => {
    expect(evaluate(formatEnv(handout(secret)))).toBe(`${secret}=`)
  })

  test('whatever the value, it comes back as it was or is refused', () => {
    fc.assert(
      fc.property(adversarial, (secret) => {
        const script = attempt(formatEnv, secret)
        if (script !== undefined) expect(evaluate(script)).toBe(`${secret}=`)
      }),
      { numRuns: 60 },
    )
  })

  test('an old session token does not stay', () => {
    const old = 'AWS_SESSION_TOKEN=old; AWS_CREDENTIAL_EXPIRATION=old; export AWS_SESSION_TOKEN\n'
    const shown = execFileSync(shell, ['-c', `${old}${formatEnv(handout('secret'))}env`], { encoding: 'utf8' })
    expect(shown).not.toContain('AWS_SESSION_TOKEN')
    expect(shown).toContain('AWS_REGION=eu-west-1')
  })
})

describe('dotenv through node --env-file', () => {
  const evaluate = (text: string): string => {
    const file = join(createHome(), '.env')
    writeFileSync(file, text)
    const script = 'process.stdout.write(process.env.AWS_SECRET_ACCESS_KEY + "|" + process.env.AWS_REGION)'
    return execFileSync(process.execPath, [`--env-file=${file}`, '-e', script], {
      env: bareEnv('/nowhere'),
      encoding: 'utf8',
    })
  }

  test.each(TRICKY)('%j comes back as it was', (secret) => {
    expect(evaluate(formatDotenv(handout(secret)))).toBe(`${secret}|eu-west-1`)
  })

  test('whatever the value, it comes back as it was or is refused', () => {
    fc.assert(
      fc.property(adversarial, (secret) => {
        const text = attempt(formatDotenv, secret)
        if (text !== undefined) expect(evaluate(text)).toBe(`${secret}|eu-west-1`)
      }),
      { numRuns: 60 },
    )
  })
})

test('the library reads back from ini what is not refused', async () => {
  const readBack = async (text: string): Promise<string | undefined> => {
    const env = { AWS_CONFIG_FILE: '/config', AWS_SHARED_CREDENTIALS_FILE: '/credentials' }
    const readFile = async (path: string) => (path === '/credentials' ? new TextEncoder().encode(text) : undefined)
    const { profiles } = await loadSharedConfig({ ...nodeHost(), env, readFile })
    return profiles['default']?.['aws_secret_access_key']
  }
  await fc.assert(
    fc.asyncProperty(adversarial, async (secret) => {
      const text = attempt(formatIni, secret)
      if (text !== undefined) expect(await readBack(text)).toBe(secret)
    }),
    { numRuns: 500 },
  )
})

test('fish ends its string at its own quote and nowhere before', () => {
  fc.assert(
    fc.property(adversarial, (secret) => {
      const script = attempt(formatFish, secret)
      if (script === undefined) return
      const quoted = /^set -gx AWS_SECRET_ACCESS_KEY '((?:[^'\\]|\\['\\])*)'$/m.exec(script)?.[1]
      expect(quoted?.replace(/\\(['\\])/g, '$1')).toBe(secret)
    }),
  )
})

test('PowerShell reads one line, and ends its string at its own quote, whichever of the five', () => {
  fc.assert(
    fc.property(adversarial, (secret) => {
      const script = attempt(formatPowershell, secret)
      expect(script === undefined).toBe(/[\r\n\0]|\p{Surrogate}/u.test(secret))
      if (script === undefined) return
      const quoted = /^\$Env:AWS_SECRET_ACCESS_KEY = '((?:[^'‘-‛]|(['‘-‛])\2)*)'$/msu.exec(script)?.[1]
      expect(quoted?.replace(/(['‘-‛])\1/g, '$1')).toBe(secret)
    }),
  )
})

test('cmd gets nothing that it would expand, and no second line', () => {
  fc.assert(
    fc.property(adversarial, (secret) => {
      const script = attempt(formatCmd, secret)
      expect(script === undefined).toBe(/["%!\p{Cc}]|\p{Surrogate}/u.test(secret))
      if (script !== undefined) expect(script.split('\n')[1]).toBe(`set "AWS_SECRET_ACCESS_KEY=${secret}"`)
    }),
  )
})

test.each<[format: string, secret: string]>([
  ['env', 'a\0b'],
  ['fish', 'a\0b'],
  ['process', 'a\0b'],
  ['json', 'a\ud800b'],
  ['env', 'a\udc00b'],
  ['powershell', 'a\nInvoke-Something'],
  ['cmd', '%PATH%'],
  ['cmd', 'a"b'],
  ['dotenv', 'a\rb'],
  ['dotenv', '\'"`'],
  ['ini', 'a\nb'],
  ['ini', ' padded'],
  ['ini', 'a # b'],
  ['ini', 'a\u2028b'],
])('%s refuses %j', (format, secret) => {
  expect(attempt(TEXT_FORMATS[format] as Format, secret)).toBeUndefined()
})

test.each(['a]b', 'two words', 'a#b', 'a\nb'])('ini refuses a section named %j', (profile) => {
  expect(() => TEXT_FORMATS['ini']?.({ ...full, profile })).toThrow(
    expect.objectContaining({ code: 'VALUE_NOT_EXPORTABLE' }),
  )
})

describe('github', () => {
  const fixed = (): (() => string) => {
    let count = 0
    return () => `delimiter${count++}`
  }

  test('masks each secret and its base64', () => {
    expect(formatGithub(full, {}, fixed()).masks).toBe(
      '::add-mask::secret\n::add-mask::c2VjcmV0\n::add-mask::token\n::add-mask::dG9rZW4=\n',
    )
  })

  test('a mask is one line of one workflow command', () => {
    expect(formatGithub(handout('a%0A\n::set-env::'), {}, fixed()).masks.split('\n')[0]).toBe(
      '::add-mask::a%250A%0A::set-env::',
    )
  })

  test('a value that holds the delimiter gets another', () => {
    const { blocks } = formatGithub(handout('x\ndelimiter1\nEVIL=1'), {}, fixed())
    expect(blocks).toContain('AWS_SECRET_ACCESS_KEY<<delimiter2\nx\ndelimiter1\nEVIL=1\ndelimiter2\n')
  })

  test('what an earlier step set and is unknown now is blanked, and nothing else is', () => {
    const { blocks } = formatGithub(handout('secret'), { AWS_SESSION_TOKEN: 'old' }, fixed())
    expect(blocks).toContain('AWS_SESSION_TOKEN<<delimiter2\n\ndelimiter2\n')
    expect(blocks).not.toContain('AWS_CREDENTIAL_EXPIRATION')
  })
})
