import type { Random } from '../random.ts'
import type { Files } from './files.ts'

/** A way to write a file that some implementation may not expect. A pair of files has at most three. */
type Quirk = (lines: string[], random: Random) => void

const NAMES = ['default', 'dev', 'prod', 'a', 'a-b_c.d', 'x@y%z:1+2/3'] as const
const KEYS = ['region', 'output', 'aws_access_key_id', 'aws_secret_access_key', 'role_arn', 'source_profile'] as const
const VALUES = [
  'eu-west-1',
  'v',
  'a=b==',
  'x;y#z',
  'arn:aws:iam::1:role/r',
  '😂 "ü" \'q\'',
  'two words',
  '%(x)s $HOME',
] as const

const ODD_NAMES = [
  ...[
    'in valid',
    'ü',
    'a!b',
    '"dev"',
    "'dev",
    'a\\b',
    'profile',
    'profile a b',
    'profile "dev"',
    'profiledev',
    'DEFAULT',
  ],
  ...[
    'profile DEFAULT',
    'Default',
    'sso-session',
    'services',
    'preview',
    'a]b',
    '',
    'profile.dev',
    'profile ',
    'plugins',
  ],
  ...[
    'profile default',
    'default',
    'sso-session dev',
    'services dev',
    'profiles dev',
    'services.dev',
    'sso-session.dev',
  ],
] as const
const PROTOTYPES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'] as const
const ODD_SPACES = ['\u00a0', '\ufeff', '\u2028', '\x85', '\x1c', '\x0b', '\x0c', '\r', '\u3000', '\u200b'] as const
const MALFORMED = [
  ...[
    'no equals sign',
    '= v',
    'key : value',
    '[',
    '[open',
    ']',
    '[a] text',
    '[a] = b',
    '[a',
    'key # = v',
    '[a # ]',
    '[x = y',
  ],
] as const

const QUIRKS: readonly [Quirk, ...Quirk[]] = [
  function comments(lines, random) {
    change(
      lines,
      random,
      3,
      (line) => line + random.pick([' # c', ' ;c', '\t# k = v', '#c', ';c', ' # ]', '  ; [x]'] as const),
    )
  },
  function commentLines(lines, random) {
    add(lines, random, () => random.pick(['# c', '; c', '  # c = d', '\t;[x]', '#', '    # k'] as const))
  },
  function blankLines(lines, random) {
    add(lines, random, () => random.pick(['', ' ', '\t', '\r'] as const))
  },
  function indents(lines, random) {
    change(lines, random, 4, (line) => random.pick([' ', '  ', '\t', '    '] as const) + line.trimStart())
  },
  function allIndented(lines, random) {
    const indent = random.pick([' ', '  ', '\t'] as const)
    lines.forEach((line, at) => {
      if (random.chance(0.9)) lines[at] = indent + line
    })
  },
  function continuations(lines, random) {
    add(lines, random, () =>
      random.pick(['  more', '   k = v', '\t[x]', '  # no', '    a = b # c', ' -x ; y'] as const),
    )
  },
  function nestedBlocks(lines, random) {
    const rest = [
      '  a = 1',
      '  Max = 2 # c',
      '    b =',
      '  a = 3',
      '\tx y = z',
      '  c # d = e',
      '  [d = e]',
      '  e:f = g',
    ] as const
    const name = random.pick(['s3', 'sts', 'S3', 's3.a', 'region'] as const)
    const block = Array.from({ length: 1 + random.below(3) }, () => random.pick(rest))
    lines.splice(random.below(lines.length + 1), 0, `${name} =${random.pick(['', ' ', ' # c'] as const)}`, ...block)
  },
  function duplicates(lines, random) {
    add(lines, random, () => random.pick(lines) ?? '')
  },
  function repeatedSection(lines, random) {
    const headers = lines.filter((line) => line.startsWith('['))
    add(lines, random, () => random.pick(headers) ?? '')
  },
  function oddNames(lines, random) {
    add(lines, random, () => `[${random.pick(ODD_NAMES)}]`)
  },
  function defaults(lines, random) {
    lines.unshift('[profile default]', 'output = prefixed')
    add(lines, random, () => random.pick(['[default]', '[profile  default]', '[ default ]'] as const))
  },
  function headerSpaces(lines, random) {
    change(lines, random, 3, (line) =>
      line.startsWith('[')
        ? line.replace(/\[(\S*)\s*(.*)\]/, random.pick(['[ $1 $2 ]', '[$1  $2]', '[$1\t$2]'] as const))
        : line,
    )
  },
  function oddKeys(lines, random) {
    const keys = ['in valid', 'ü', 'Region', 'AWS_ACCESS_KEY_ID', 'a:b', 'k!', 'a.b', '"k"', 'x[1]', 's3.a'] as const
    add(lines, random, () => `${random.pick(keys)} = ${random.pick(VALUES)}`)
  },
  function emptyValues(lines, random) {
    add(lines, random, () => `${random.pick(KEYS)} =${random.pick(['', ' ', ' # c'] as const)}`)
  },
  function malformed(lines, random) {
    lines.splice(random.below(lines.length + 1), 0, random.pick(MALFORMED))
  },
  function windows(lines) {
    lines.forEach((line, at) => {
      lines[at] = `${line}\r`
    })
  },
  function oddSpaces(lines, random) {
    change(lines, random, 2, (line) => {
      const characters = [...line] // not units: half of one would be no text
      characters.splice(random.below(characters.length + 1), 0, random.pick(ODD_SPACES))
      return characters.join('')
    })
  },
  function prototypes(lines, random) {
    const name = random.pick(PROTOTYPES)
    add(lines, random, () =>
      random.pick([`[${name}]`, `[profile ${name}]`, `${name} = v`, `[sso-session ${name}]`] as const),
    )
  },
]

/** Plain files with up to three quirks, in one of them or in both. */
export function generateFiles(random: Random): Files {
  const files = { config: plainLines(random, 'config'), credentials: plainLines(random, 'credentials') }
  for (let count = random.below(4); count > 0; count--) {
    const quirk = random.pick(QUIRKS)
    if (random.chance(0.7)) quirk(files.config, random)
    if (random.chance(0.4)) quirk(files.credentials, random)
  }
  const end = random.chance(0.8) ? '\n' : ''
  return { config: files.config.join('\n') + end, credentials: files.credentials.join('\n') + end }
}

function plainLines(random: Random, file: keyof Files): string[] {
  const names = new Set(Array.from({ length: random.below(4) }, () => random.pick(NAMES)))
  const lines = [...names].flatMap((name) => {
    const kind =
      file === 'config' && name !== 'default'
        ? `${random.pick(['profile', 'profile', 'sso-session', 'services'] as const)} `
        : ''
    const keys = new Set(Array.from({ length: random.below(4) }, () => random.pick(KEYS)))
    return [
      `[${kind}${name}]`,
      ...[...keys].map((key) => key + random.pick([' = ', '=', ' ='] as const) + random.pick(VALUES)),
    ]
  })
  if (random.chance(0.1)) lines.push('s3 =', '  max_concurrent_requests = 20')
  return lines
}

function add(lines: string[], random: Random, line: () => string): void {
  for (let count = 1 + random.below(2); count > 0; count--) lines.splice(random.below(lines.length + 1), 0, line())
}

function change(lines: string[], random: Random, most: number, edit: (line: string) => string): void {
  for (let count = 1 + random.below(most); count > 0 && lines.length > 0; count--) {
    const at = random.below(lines.length)
    lines[at] = edit(lines[at] ?? '')
  }
}
