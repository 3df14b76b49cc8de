/** A story of test/cases: a folder of data whose name is the sentence. See test/cases/README.md. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { CredentialsOptions, RoleOptions } from '@rolecall/credentials'
import {
  anything,
  either,
  instant,
  listOf,
  object,
  oneOf,
  optional,
  recordOf,
  sentence,
  text,
  textOrNull,
  wholeNumber,
} from './shape.ts'

export const CASES: string = join(import.meta.dirname, 'cases')

export interface Story {
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  /** Contents by path below the home folder. */
  readonly files: Readonly<Record<string, Buffer>>
  readonly conversation: readonly Exchange[]
  readonly options: StoryOptions
  readonly world: World
  readonly expected: Expectation
}

export interface World {
  readonly now?: string
  readonly platform?: 'win32'
  readonly special?: Readonly<Record<string, SpecialFile>>
  readonly processHangs?: true
  readonly libraryOnly?: string
}

export type SpecialFile = 'folder' | 'fifo' | 'loop' | 'device' | 'huge' | 'forbidden'

export type SourceName = 'env' | 'profile' | 'process' | 'web-identity' | 'ci' | 'container' | 'instance'

export interface StoryOptions
  extends Pick<CredentialsOptions, 'profile' | 'region' | 'order' | 'configFile' | 'credentialsFile'> {
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
    readonly expiration?: string
  }
  readonly role?: readonly (Omit<RoleOptions, 'mfaCode'> & { readonly mfaCode?: string })[]
  /** The chain is these alone. */
  readonly sources?: readonly SourceName[]
}

export interface Exchange {
  readonly request: {
    readonly method: string
    readonly url: string
    /** A subset, names in lower case. `*` stands for any text, null for a header that must not be sent. */
    readonly headers?: Readonly<Record<string, string | null>>
    /** A subset of the fields of a form. `*` and null as for headers. Without it nothing may be sent. */
    readonly body?: Readonly<Record<string, string | null>>
  }
  readonly answer: Answer
  /** So often in a row. Default: 1. */
  readonly times?: number
  /** Asked for the region only. */
  readonly asks?: 'region'
}

export type Answer = HttpAnswer | { session: StsSession } | { refusal: StsRefusal } | { fails: 'no-answer' | 'silence' }

export interface HttpAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: string | object
  /** Then the connection breaks. */
  readonly cutAfterBytes?: number
  /** Sent so often in a row, to make it large. */
  readonly repeatBody?: number
}

export interface StsSession {
  readonly action: 'AssumeRole' | 'AssumeRoleWithWebIdentity'
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: string
  readonly arn: string
}

export interface StsRefusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

export interface Expectation {
  readonly credentials?: ExpectedCredentials
  readonly error?: ExpectedError
  /** Left out: none is known. */
  readonly region?: string
  readonly explanation?: ExpectedExplanation
  /** How many requests lead to the credentials, or to the error. */
  readonly requests: number
}

/** Every field, null where unknown. */
export interface ExpectedCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
  readonly expiration: string | { readonly secondsFromNow: readonly [number, number] } | null
  readonly accountId: string | null
  readonly source: string
}

export interface ExpectedError {
  readonly code: string
  readonly source: string
  readonly messageContains: readonly string[]
  /** Left out: no file is to blame. */
  readonly location?: { readonly file: string; readonly line?: number }
}

export interface ExpectedExplanation {
  readonly profile?: { readonly name: string; readonly chosenBy: string }
  readonly region?: { readonly name?: string; readonly chosenBy: string }
  /** All of them, in order: `env: skipped`, `profile: failed PROFILE_LOOP`. */
  readonly attempts?: readonly string[]
  /** Of the attempt that decides. */
  readonly steps?: readonly string[]
  /** The codes of all of them. */
  readonly warnings?: readonly string[]
}

const SHAPES = {
  'env.json': recordOf(text),
  'world.json': object({
    now: optional(instant),
    platform: optional(oneOf('win32')),
    special: optional(recordOf(oneOf('folder', 'fifo', 'loop', 'device', 'huge', 'forbidden'))),
    processHangs: optional(oneOf(true)),
    libraryOnly: optional(sentence),
  }),
  'options.json': object({
    profile: optional(text),
    region: optional(text),
    order: optional(oneOf('standard', 'static-last')),
    configFile: optional(text),
    credentialsFile: optional(text),
    credentials: optional(
      object({
        accessKeyId: text,
        secretAccessKey: text,
        sessionToken: optional(text),
        expiration: optional(instant),
      }),
    ),
    role: optional(
      listOf(
        object({
          roleArn: text,
          sessionName: optional(text),
          externalId: optional(text),
          durationSeconds: optional(wholeNumber),
          policy: optional(text),
          policyArns: optional(listOf(text)),
          tags: optional(recordOf(text)),
          transitiveTagKeys: optional(listOf(text)),
          sourceIdentity: optional(text),
          mfaSerial: optional(text),
          mfaCode: optional(text),
          region: optional(text),
        }),
      ),
    ),
    sources: optional(listOf(oneOf('env', 'profile', 'process', 'web-identity', 'ci', 'container', 'instance'))),
  }),
  'http.json': listOf(
    object({
      request: object({
        method: oneOf('GET', 'POST', 'PUT'),
        url: sentence,
        headers: optional(recordOf(textOrNull)),
        body: optional(recordOf(textOrNull)),
      }),
      answer: either(
        object({
          session: object({
            action: oneOf('AssumeRole', 'AssumeRoleWithWebIdentity'),
            accessKeyId: sentence,
            secretAccessKey: sentence,
            sessionToken: sentence,
            expiration: instant,
            arn: text,
          }),
        }),
        object({ refusal: object({ status: wholeNumber, code: sentence, message: text }) }),
        object({ fails: oneOf('no-answer', 'silence') }),
        object({
          status: wholeNumber,
          headers: optional(recordOf(text)),
          body: optional(either(recordOf(anything), text)),
          cutAfterBytes: optional(wholeNumber),
          repeatBody: optional(wholeNumber),
        }),
      ),
      times: optional(wholeNumber),
      asks: optional(oneOf('region')),
    }),
  ),
  'expect.json': object({
    credentials: optional(
      object({
        accessKeyId: sentence,
        secretAccessKey: sentence,
        sessionToken: textOrNull,
        expiration: either(oneOf(null), instant, object({ secondsFromNow: listOf(wholeNumber) })),
        accountId: textOrNull,
        source: sentence,
      }),
    ),
    error: optional(
      object({
        code: sentence,
        source: sentence,
        messageContains: listOf(sentence),
        location: optional(object({ file: sentence, line: optional(wholeNumber) })),
      }),
    ),
    region: optional(sentence),
    explanation: optional(
      object({
        profile: optional(object({ name: sentence, chosenBy: sentence })),
        region: optional(object({ name: optional(sentence), chosenBy: sentence })),
        attempts: optional(listOf(sentence)),
        steps: optional(listOf(sentence)),
        warnings: optional(listOf(sentence)),
      }),
    ),
    requests: wholeNumber,
  }),
} as const

/** Every story, by name. @throws where the data of one is not what it should be: the error names the place. */
export function loadStories(folder: string = CASES): Story[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return names.map(({ name }) => loadStory(join(folder, name), name)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function loadStory(folder: string, name: string): Story {
  for (const entry of readdirSync(folder))
    if (entry !== 'fs' && !Object.hasOwn(SHAPES, entry)) throw new Error(`${name}: ${entry} has no meaning`)

  const read = (file: keyof typeof SHAPES, missing?: unknown): unknown => {
    const path = join(folder, file)
    const value = exists(path) ? parse(readFileSync(path, 'utf8'), `${name}/${file}`) : missing
    if (value === undefined) throw new Error(`${name}: there is no ${file}`)
    SHAPES[file](value, `${name}/${file}`)
    return value
  }
  const story = {
    name,
    env: read('env.json', {}),
    files: readFiles(join(folder, 'fs')),
    conversation: read('http.json', []),
    options: read('options.json', {}),
    world: read('world.json', {}),
    expected: read('expect.json'),
  } as Story
  checkSense(story)
  return story
}

/** What the shape of one file alone does not show. */
function checkSense({ name, env, files, conversation, options, expected }: Story): void {
  const fail = (problem: string): Error => new Error(`${name}: ${problem}`)
  if (!/^[a-z0-9]+(-[a-z0-9]+){3,}$/.test(name)) throw fail('the name is no sentence in kebab-case')
  if (Boolean(expected.credentials) === Boolean(expected.error))
    throw fail('expect.json has to name either credentials or an error')
  if (expected.error?.messageContains.length === 0) throw fail('the message of the error has to contain something')

  const requests = conversation.reduce((sum, { times = 1, asks }) => sum + (asks ? 0 : times), 0)
  if (requests !== expected.requests)
    throw fail(`http.json has ${requests} requests, and ${expected.requests} are expected`)

  for (const [from, value] of listSecrets(env, files, conversation, options))
    if (value.trim() !== '' && !value.includes(CANARY)) throw fail(`a secret in ${from} has no ${CANARY} in it`)
}

/** Stands in every secret of every story: it must not turn up in any output but that of `export`. */
export const CANARY = 'canary-'

const SECRET_VARIABLE = /SECRET_ACCESS_KEY$|SESSION_TOKEN$|SECURITY_TOKEN$|AUTHORIZATION_TOKEN$/
const SECRET_SETTING = /^[ \t]*(?:aws_secret_access_key|aws_session_token)[ \t]*=[ \t]*(\S*)/gim
const SECRET_FIELD = /"(?:SecretAccessKey|SessionToken|Token|secretAccessKey|sessionToken)":"([^"]*)"/g

function* listSecrets(
  env: Story['env'],
  files: Story['files'],
  conversation: Story['conversation'],
  options: StoryOptions,
): Iterable<[from: string, value: string]> {
  for (const [name, value] of Object.entries(env)) if (SECRET_VARIABLE.test(name)) yield [name, value]
  for (const [path, content] of Object.entries(files)) {
    const shown = content.toString('latin1')
    if (/token/.test(path)) yield [path, shown]
    for (const [, value = ''] of shown.matchAll(SECRET_SETTING)) yield [path, value]
  }
  for (const [from, value] of Object.entries({ 'http.json': conversation, 'options.json': options }))
    for (const [, secret = ''] of JSON.stringify(value).matchAll(SECRET_FIELD)) yield [from, secret]
}

function readFiles(folder: string): Record<string, Buffer> {
  if (!exists(folder)) return {}
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(folder, path), readFileSync(path)]
    }),
  )
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function parse(json: string, at: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new Error(`${at}: ${error instanceof Error ? error.message : 'no JSON'}`)
  }
}
