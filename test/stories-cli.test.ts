/** The same stories through the real command line, in a process with a home folder and variables of its own. */
import { existsSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readFlags, rolecall } from './command-line.ts'
import { type Fill, ROLECALL, withHome } from './home.ts'
import type { Ended } from './program.ts'
import { isAboutInstance, listUnservable, withServed } from './served-conversation.ts'
import { loadStories, type Story } from './story.ts'
import { checkCredentials, checkError, checkExplanation, checkNoSecret, type ShownError } from './verdict.ts'

/** Stories that only the library can tell. Each says why in its world.json; a new one has to be counted here. */
const LIBRARY_ONLY = 29

const stories = loadStories()
const told = stories.filter(({ world }) => world.libraryOnly === undefined)

test('the command line is built, and tells nearly every story', () => {
  expect(existsSync(ROLECALL)).toBe(true)
  expect(stories.length - told.length).toBe(LIBRARY_ONLY)
  expect(told.length).toBeGreaterThanOrEqual(70)
})

test.each(stories.map((story) => [story.name, story] as const))(
  'what the library alone can tell: %s',
  (_name, story) => {
    const { options, world } = story
    const obstacles = [
      ...listUnservable(story),
      ...readFlags(options).impossible,
      ...(world.now ? ['now'] : []),
      ...(world.platform ? ['platform'] : []),
      ...(world.processHangs ? ['processHangs'] : []),
      ...Object.values(world.special ?? {}).filter((kind) => kind === 'forbidden'),
    ]
    if (world.libraryOnly === undefined) expect(obstacles).toEqual([])
  },
)

/** An instance has one second of real time to answer, which a busy machine may not give it. */
const RETRIES_OF_INSTANCE = 2

describe.concurrent('command line', () => {
  for (const story of told) {
    const retry = isAboutInstance(story) ? RETRIES_OF_INSTANCE : 0
    test(story.name, { retry }, () => tell(story))
  }
})

async function tell(story: Story): Promise<void> {
  const { ofChain, ofSession } = readFlags(story.options)
  const verbosity = story.expected.credentials ? '--debug' : '--json'

  await run(story, ['export', '--format', 'json', verbosity, ...ofChain, ...ofSession], checkExport)
  if (story.expected.error?.location) await run(story, ['export', ...ofChain, ...ofSession], checkForPeople)
  if (ofSession.length === 0) await run(story, ['explain', '--json', ...ofChain], checkExplain)
}

async function run(
  story: Story,
  args: readonly string[],
  check: (ended: Ended, story: Story, fill: Fill) => void,
): Promise<void> {
  await withServed(story, (served) =>
    withHome(story, served.rewrite, async (home, fill) => {
      const own = Object.entries(story.env).map(([name, value]) => [name, fill(value)])
      const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter)
      const env = { PATH: path, HOME: home, ...served.env, ...Object.fromEntries(own) }
      const ended = await rolecall(args.map(fill), env, home)
      expect(served.problems(), ended.stderr).toEqual([])
      check(ended, story, fill)
    }),
  )
}

function checkExport({ status, stdout, stderr }: Ended, story: Story, fill: Fill): void {
  checkNoSecret(stderr)
  const { credentials, region } = story.expected
  if (!credentials) {
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^\{.*\}\n$/)
    const { error, ...rest } = JSON.parse(stderr) as { error: ShownError }
    expect(rest).toEqual({})
    checkError(error, story, fill)
    expect(status).toBe(1)
    return
  }
  expect(stderr).toMatch(/^(rolecall: debug: .*\n)+$/)
  expect(status).toBe(0)
  const { region: known, ...shown } = JSON.parse(stdout)
  checkCredentials(shown, credentials, Date.now())
  expect(known).toBe(region ?? null)
}

/** Without --json the same is said in words, with the place of the file that is to blame. */
function checkForPeople({ status, stdout, stderr }: Ended, { expected: { error } }: Story, fill: Fill): void {
  checkNoSecret(stderr)
  expect(status).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^rolecall: /)
  expect(stderr).not.toMatch(/^\s+at /m)
  if (!error?.location) return
  const { file, line } = error.location
  expect(stderr).toContain(`${fill(file)}${line === undefined ? '' : `:${line}`}\n`)
}

function checkExplain({ status, stdout, stderr }: Ended, story: Story, fill: Fill): void {
  checkNoSecret(stdout)
  expect(stderr).toBe('')
  expect(status).toBe(story.expected.credentials ? 0 : 1)
  checkExplanation(JSON.parse(stdout), story, fill)
}
