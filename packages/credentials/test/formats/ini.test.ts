import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CredentialsError } from '../../src/errors.ts'
import { isIdentifier, parseIni, parseNested } from '../../src/formats/ini.ts'

const lines = (...parts: string[]): string => parts.join('\n')
/** Sections and settings in order, without lines. */
const read = (text: string): [string, [string, string][]][] =>
  parseIni(text, '/c').map(({ name, settings }) => [name, settings.map(({ key, value }) => [key, value])])

describe('the dialect', () => {
  test.each<[rule: string, text: string, sections: [string, [string, string][]][]]>([
    ['an empty file has no sections', '', []],
    ['blank lines say nothing', ' \t\n\n[a]\n \t\nk = v\n\n', [['a', [['k', 'v']]]]],
    ['a section may be empty', '[a]', [['a', []]]],
    ['names, keys and values are trimmed', '[ \ta\t ]\nk \t=  \tv \t', [['a', [['k', 'v']]]]],
    ['white space inside a name stays', '[profile\ta]', [['profile\ta', []]]],
    ['a value may hold equals signs', '[a]\nk = v=w==', [['a', [['k', 'v=w==']]]]],
    ['a value may be empty', '[a]\nk =', [['a', [['k', '']]]]],
    ['a value may be any text', '[a]\nk = 😂 "ü" %(x)s $HOME', [['a', [['k', '😂 "ü" %(x)s $HOME']]]]],
    ['keys are lower-cased, values are not', '[A]\nAWS_Key = VaL', [['A', [['aws_key', 'VaL']]]]],
    ['Windows line ends', '[a]\r\nk = v\r\n  w\r\n', [['a', [['k', 'v\nw']]]]],
    ['# begins a comment line', '# x\n[a]\n# y = z\nk = v', [['a', [['k', 'v']]]]],
    ['; begins a comment line', '; [x]\n[a]\n;y = z\nk = v', [['a', [['k', 'v']]]]],
    ['an indented comment line is one', '[a]\nk = v\n  # x\n\t; y', [['a', [['k', 'v']]]]],
    [
      'a comment after white space ends a value',
      '[a]\nk = v # x ; y\nl = w\t; x',
      [
        [
          'a',
          [
            ['k', 'v'],
            ['l', 'w'],
          ],
        ],
      ],
    ],
    [
      'without white space it is part of the value',
      '[a]\nk = v#x;y\nl = /start#',
      [
        [
          'a',
          [
            ['k', 'v#x;y'],
            ['l', '/start#'],
          ],
        ],
      ],
    ],
    ['a value that begins with # is a comment', '[a]\nk = #x', [['a', [['k', '']]]]],
    [
      'a comment may touch the bracket',
      '[a]# x\n[b];\n[c] ; x ]',
      [
        ['a', []],
        ['b', []],
        ['c', []],
      ],
    ],
    [
      'a comment goes on to the end of its line, whatever is in it',
      '[a] # x\ry\u2028z\n[b]#\u2029]',
      [
        ['a', []],
        ['b', []],
      ],
    ],
    ['deeper lines continue a value', '[a]\nk = v\n -x\n\t  -y', [['a', [['k', 'v\n-x\n-y']]]]],
    ['a continuation keeps its comment', '[a]\nk = v\n -x # y ; z', [['a', [['k', 'v\n-x # y ; z']]]]],
    ['a blank line does not end a value', '[a]\nk = v\n\n  w', [['a', [['k', 'v\nw']]]]],
    ['a deeper line that looks like a section continues', '[a]\nk = v\n [b]', [['a', [['k', 'v\n[b]']]]]],
    [
      'a nested block is its raw text',
      '[a]\ns3 =\n  x = 1\n  y z = 2 # c\nk = v',
      [
        [
          'a',
          [
            ['s3', '\nx = 1\ny z = 2 # c'],
            ['k', 'v'],
          ],
        ],
      ],
    ],
    ['a nested setting may be empty', '[a]\ns3 =\n  x =', [['a', [['s3', '\nx =']]]]],
    ['a nested block after a comment', '[a]\ns3 = # c\n  x = 1', [['a', [['s3', '\nx = 1']]]]],
    [
      'an indented section and its keys count',
      '  [a]\n  k = v\n  l = w\n[b]\nm = n',
      [
        [
          'a',
          [
            ['k', 'v'],
            ['l', 'w'],
          ],
        ],
        ['b', [['m', 'n']]],
      ],
    ],
    ['a deeper key continues an indented one', ' [a]\n k = v\n  l = w', [['a', [['k', 'v\nl = w']]]]],
    [
      'a shallower key is one of its own',
      '[a]\n   k = v\n  l = w\n m = n',
      [
        [
          'a',
          [
            ['k', 'v'],
            ['l', 'w'],
            ['m', 'n'],
          ],
        ],
      ],
    ],
    [
      'a section that stands twice comes twice',
      '[a]\nk = 1\n[b]\n[a]\nk = 2',
      [
        ['a', [['k', '1']]],
        ['b', []],
        ['a', [['k', '2']]],
      ],
    ],
    [
      'a key that stands twice comes twice',
      '[a]\nk = 1\nK = 2',
      [
        [
          'a',
          [
            ['k', '1'],
            ['k', '2'],
          ],
        ],
      ],
    ],
    ['a key with a space is ignored', '[a]\nin valid = v\nk = v', [['a', [['k', 'v']]]]],
    ['all letters that keys may have', '[a]\naZ0-_/.%@:+ = v', [['a', [['az0-_/.%@:+', 'v']]]]],
  ])('%s', (_rule, text, sections) => {
    expect(read(text)).toEqual(sections)
  })

  test('every section and setting knows its line', () => {
    const text = lines('# c', '[a]', '', 'k = v', '  w', 'l = w', '[b]', 'm =', '  x = y')
    expect(parseIni(text, '/c')).toMatchObject([
      { line: 2, settings: [{ line: 4 }, { line: 6 }] },
      { line: 7, settings: [{ line: 8 }] },
    ])
  })

  test('a long secret with every awkward letter is read as it stands', () => {
    const secret = 'a#b;c=d%e"f\'g/h+i\\j'
    expect(read(`[a]\naws_secret_access_key = ${secret}`)).toEqual([['a', [['aws_secret_access_key', secret]]]])
  })
})

describe('a malformed file is an error with its line, and quotes nothing', () => {
  const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  test.each<[name: string, line: number, text: string]>([
    ['a section without its closing bracket', 2, `# c\n[${SECRET}`],
    ['a closing bracket in a comment only', 1, `[${SECRET} # ]`],
    ['text after the bracket', 1, `[a] ${SECRET}`],
    ['a setting before the first section', 1, `key = ${SECRET}`],
    ['an indented one', 1, `  key = ${SECRET}`],
    ['a line without an equals sign', 3, `[a]\nk = v\naws_secret_access_key ${SECRET}`],
    ['a line whose equals sign is in a comment', 2, `[a]\n${SECRET} # = `],
    ['a colon for an equals sign', 2, `[a]\naws_secret_access_key : ${SECRET}`],
    ['a setting without a name', 2, `[a]\n= ${SECRET}`],
    ['a continuation of nothing', 2, `[a]\n -${SECRET}`],
    ['a continuation of what stood in the section before', 4, `[a]\nk = v\n[b]\n ${SECRET}`],
    ['a nested line without an equals sign', 3, `[a]\ns3 =\n  ${SECRET}`],
    ['a nested setting without a name', 3, `[a]\ns3 =\n  = ${SECRET}`],
  ])('%s', (_name, line, text) => {
    const error = failure(text)
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', source: 'profile', location: { file: '/c', line } })
    expect(piecesOf(SECRET).filter((piece) => shown(error).includes(piece))).toEqual([])
  })
})

describe('for whatever text', () => {
  /** Texts made of what the dialect gives a meaning to. */
  const part = fc.constantFrom(
    '[',
    ']',
    '=',
    '#',
    ';',
    ' ',
    '\t',
    '\n',
    '\n',
    '\r\n',
    'a',
    'b',
    '[a]\n',
    'k = v\n',
    '__proto__',
    'constructor',
    '\u00a0',
    '\ufeff',
    '\u2028',
    '\r',
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(part, { maxLength: 60 }).map((parts) => parts.join('')),
  )
  const result = (text: string): unknown => {
    try {
      return read(text)
    } catch (error) {
      return { code: (error as CredentialsError).code }
    }
  }

  test('it is sections, or one kind of error with a line', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const error = attempt(text)
        if (error === undefined) return
        expect(error).toMatchObject({ name: 'CredentialsError', code: 'CONFIG_INVALID', location: { file: '/c' } })
        const line = error.location?.line ?? 0
        expect(line).toBeGreaterThan(0)
        const bad = text.split('\n')[line - 1] ?? ''
        const quoted = piecesOf(bad).filter((piece) => shown(error).includes(piece) && !OWN_WORDS.includes(piece))
        expect(quoted).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  test('arbitrary bytes are text or not, and never more than that error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        attempt(new TextDecoder().decode(bytes))
      }),
      { numRuns: 500 },
    )
  })

  test('CRLF reads as LF', () => {
    const plain = texts.map((text) => text.replaceAll('\r', ''))
    fc.assert(
      fc.property(plain, (text) => {
        expect(result(text.replaceAll('\n', '\r\n'))).toEqual(result(text))
      }),
      { numRuns: 500 },
    )
  })

  test('a comment line anywhere changes nothing', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.constantFrom('# x = [y]', '; z', '  # =', '\t;', '#'), (text, at, comment) => {
        const all = text.split('\n')
        all.splice(at % (all.length + 1), 0, comment)
        expect(result(all.join('\n'))).toEqual(result(text))
      }),
      { numRuns: 1_000 },
    )
  })

  test('a file and another after it read as both', () => {
    fc.assert(
      fc.property(texts, texts, (a, rest) => {
        const b = `[b]\n${rest}`
        const [first, second, both] = [result(a), result(b), result(`${a}\n${b}`)]
        if (Array.isArray(first) && Array.isArray(second)) expect(both).toEqual([...first, ...second])
        else expect(both).toEqual({ code: 'CONFIG_INVALID' })
      }),
      { numRuns: 1_000 },
    )
  })

  test('what is written plainly is read back', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
    const value = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/).filter((text) => !/(^|\s)[#;]/.test(text))
    const sections = fc.array(fc.tuple(word, fc.array(fc.tuple(word, value), { maxLength: 4 })), { maxLength: 4 })
    fc.assert(
      fc.property(sections, (all) => {
        const text = all.map(([name, settings]) => [`[${name}]`, ...settings.map(([k, v]) => `${k} = ${v}`)].join('\n'))
        expect(read(text.join('\n'))).toEqual(all)
      }),
    )
  })

  test.each([
    ['a megabyte on one line', `[a]\nk = ${'x #'.repeat(350_000)}`],
    ['a megabyte of line ends', '\n'.repeat(1_048_576)],
    ['262,144 sections', '[a]\n'.repeat(262_144)],
    ['262,144 settings', `[a]\n${'k=v\n'.repeat(262_144)}`],
    ['a megabyte of spaces', `[a]\nk = v${' '.repeat(1_048_576)}`],
    ['a long continuation', `[a]\nk = v\n${' x\n'.repeat(300_000)}`],
    ['a megabyte of comment after a bracket', `[${'#'.repeat(1_048_570)}\u2028x`],
    ['a megabyte of brackets', '['.repeat(1_048_576)],
  ])('%s is read in one pass: looking back from each line would take longer than a test may', (_name, text) => {
    attempt(text)
  })
})

test('a nested block is read by its own rules, whatever its names are', () => {
  const block = parseNested('\nEndpoint_URL = http://x # c\n__proto__ = p\nconstructor = q\nbroken\n= none')
  expect(Object.getPrototypeOf(block)).toBeNull()
  expect({ ...block }).toEqual({ endpoint_url: 'http://x', ['__proto__']: 'p', constructor: 'q' })
  expect(Object.keys(parseNested(''))).toEqual([])
})

test.each([
  ['some-thing:long/the_one%only.foo@bar+', true],
  ['__proto__', true],
  ['in valid', false],
  ['foo!bar', false],
  ['', false],
  ['ü', false],
  ['a\n', false],
])('%j may be a name: %s', (name, valid) => {
  expect(isIdentifier(name)).toBe(valid)
})

function failure(text: string): CredentialsError {
  const error = attempt(text)
  expect(error, 'it parsed').toBeDefined()
  return error as CredentialsError
}

function attempt(text: string): CredentialsError | undefined {
  try {
    parseIni(text, '/c')
    return undefined
  } catch (error) {
    return error as CredentialsError
  }
}

/** The stack without its frames: these are of our code, and a random word may be in a path. */
const shown = (error: CredentialsError): string =>
  `${error.message} ${error.stack?.replace(/^ +at .*$/gm, '')} ${JSON.stringify(error)}`
const piecesOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - 7) }, (_, at) => text.slice(at, at + 8))
/** Pieces of a random line that our own words happen to hold. */
const OWN_WORDS = piecesOf('__proto__ constructor').filter((piece) => piece.trim() === '')
