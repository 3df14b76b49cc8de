/** Every story of test/cases through the library's public entry: the conversation is played, the clock is the story's. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  type CredentialEvent,
  type CredentialSource,
  type CredentialsOptions,
  createCredentials,
  fromCi,
  fromContainer,
  fromEnv,
  fromInstance,
  fromProcess,
  fromProfile,
  fromWebIdentity,
  type Host,
  isCredentialsError,
  type Provider,
} from '@rolecall/credentials'
import { describe, expect, test } from 'vitest'
import { type Conversation, createConversation } from './conversation.ts'
import { type Fill, withHome } from './home.ts'
import { createPlayedHost } from './played-host.ts'
import { loadStories, loadStory, type SourceName, type Story } from './story.ts'
import { checkCredentials, checkError, checkExplanation, checkNoSecret } from './verdict.ts'

const FACTORIES: Record<SourceName, () => Provider> = {
  env: fromEnv,
  profile: fromProfile,
  process: fromProcess,
  'web-identity': fromWebIdentity,
  ci: fromCi,
  container: fromContainer,
  instance: fromInstance,
}

const stories = loadStories()

test('there are stories', () => {
  expect(stories.length).toBeGreaterThanOrEqual(70)
})

describe('library', () => {
  test.each(stories.map((story) => [story.name, story] as const))('%s', async (_name, story) => {
    await tell(story, createConversation(story.conversation), resolveStory)
    await tell(story, createConversation(story.conversation), explainStory)
  })
})

interface Telling {
  readonly story: Story
  readonly source: CredentialSource
  readonly host: Host
  readonly events: readonly CredentialEvent[]
  readonly conversation: Conversation
  readonly fill: Fill
}

async function tell(
  story: Story,
  conversation: Conversation,
  work: (telling: Telling) => Promise<void>,
): Promise<void> {
  await withHome(
    story,
    (text) => text,
    async (home, fill) => {
      const host = createPlayedHost(story, conversation, home, fill)
      const events: CredentialEvent[] = []
      const source = createCredentials({ ...readOptions(story, fill), host, onEvent: (event) => events.push(event) })
      await work({ story, source, host, events, conversation, fill })
      checkNoSecret(inspect(events, { depth: 9 }), JSON.stringify(events))
    },
  )
}

async function resolveStory({ story, source, host, events, conversation, fill }: Telling): Promise<void> {
  const { credentials: expected, region } = story.expected
  const outcome = await source().then(
    (credentials) => ({ credentials }),
    (error: unknown) => ({ error }),
  )
  const regionName = region === undefined ? undefined : await source.region()
  expect(conversation.problems()).toEqual([])

  const moments = events.map(({ type }) => type).filter((type) => type !== 'warning')
  if ('error' in outcome) {
    const { error } = outcome
    if (!isCredentialsError(error)) throw error
    checkError(error, story, fill)
    checkNoSecret(error.message, error.remedy, inspect(error, { depth: 9 }), JSON.stringify(error))
    expect(moments).toEqual([])
    return
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId, source: name } = outcome.credentials
  const shown = {
    accessKeyId,
    secretAccessKey,
    sessionToken: sessionToken ?? null,
    expiration: expiration?.toISOString().replace('.000Z', 'Z') ?? null,
    accountId: accountId ?? null,
    source: name,
  }
  if (!expected) throw new Error(`it should fail, and gives ${accessKeyId} from ${name}`)
  checkCredentials(shown, expected, host.now())
  checkNoSecret(inspect(outcome), JSON.stringify(outcome), String(outcome.credentials))
  expect(regionName).toBe(region)
  expect(moments).toEqual(['found'])
  expect(await source()).toBe(outcome.credentials)
}

async function explainStory({ story, source, conversation, fill }: Telling): Promise<void> {
  const explanation = await source.explain()
  expect(conversation.problems()).toEqual([])
  checkExplanation(explanation, story, fill)
  checkNoSecret(JSON.stringify(explanation), inspect(explanation, { depth: 9 }))
}

function readOptions({ options }: Story, fill: Fill): CredentialsOptions {
  const { credentials, role, sources, configFile, credentialsFile, ...others } = options
  return {
    ...others,
    ...(configFile && { configFile: fill(configFile) }),
    ...(credentialsFile && { credentialsFile: fill(credentialsFile) }),
    ...(credentials && { credentials: readKeys(credentials) }),
    ...(sources && { sources: sources.map((name) => FACTORIES[name]()) }),
    ...(role && {
      role: role.map(({ mfaCode, ...fields }) => ({ ...fields, ...(mfaCode && { mfaCode: async () => mfaCode }) })),
    }),
  }
}

function readKeys({ expiration, ...keys }: NonNullable<Story['options']['credentials']>) {
  return { ...keys, ...(expiration && { expiration: new Date(expiration) }) }
}

describe('data that is no story', () => {
  const good = { error: { code: 'EXPIRED', source: 'env', messageContains: ['keys'] }, requests: 0 }
  const bad: readonly [problem: string, files: Record<string, unknown>][] = [
    ['expect.json.extra: unknown', { 'expect.json': { ...good, extra: 1 } }],
    ['expect.json.requests: missing', { 'expect.json': { error: good.error } }],
    [
      'expect.json.error.messageContains: no list',
      { 'expect.json': { ...good, error: { ...good.error, messageContains: 'x' } } },
    ],
    ['either credentials or an error', { 'expect.json': { requests: 0 } }],
    ['there is no expect.json', { 'env.json': {} }],
    ['notes.txt has no meaning', { 'expect.json': good, 'notes.txt': '' }],
    ['env.json.A: no text', { 'expect.json': good, 'env.json': { A: 1 } }],
    ['world.json.platform: none of win32', { 'expect.json': good, 'world.json': { platform: 'beos' } }],
    ['options.json.profil: unknown', { 'expect.json': good, 'options.json': { profil: 'a' } }],
    [
      'http.json[0].request.url: missing',
      { 'expect.json': good, 'http.json': [{ request: { method: 'GET' }, answer: { status: 200 } }] },
    ],
    [
      'http.json has 1 requests, and 0',
      { 'expect.json': good, 'http.json': [{ request: { method: 'GET', url: 'http://x/' }, answer: { status: 200 } }] },
    ],
    ['a secret in AWS_SESSION_TOKEN', { 'expect.json': good, 'env.json': { AWS_SESSION_TOKEN: 'plain' } }],
    ['a secret in .aws/config', { 'expect.json': good, 'fs/.aws/config': 'aws_secret_access_key = plain' }],
  ]

  test.each(bad)('%s', (problem, files) => {
    const folder = mkdtempSync(join(tmpdir(), 'no-story-'))
    try {
      mkdirSync(join(folder, 'fs/.aws'), { recursive: true })
      for (const [path, content] of Object.entries(files))
        writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
      expect(() => loadStory(folder, 'a-story-for-this-test')).toThrow(problem)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
