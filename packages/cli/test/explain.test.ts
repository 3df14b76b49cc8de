import type { Explanation } from '@rolecall/credentials'
import { expect, test } from 'vitest'
import { renderExplanation } from '../src/render/explanation.ts'
import { KEYS, rolecall } from './world.ts'

const plain = (_style: string, text: string): string => text
const explanation: Explanation = {
  outcome: 'failed',
  source: undefined,
  profile: { name: 'prod\u001b[2J', chosenBy: 'AWS_PROFILE' },
  region: { name: 'eu-west-1', chosenBy: 'profile prod' },
  attempts: [
    {
      source: 'env',
      outcome: 'skipped',
      reason: 'AWS_ACCESS_KEY_ID is not set',
      facts: { unseen: 'x' },
      durationMs: 0,
    },
    {
      source: 'profile',
      outcome: 'failed',
      reason: 'STS refused the role',
      code: 'SOURCE_REFUSED',
      remedy: 'Check the trust policy.',
      location: { file: '/home/me/.aws/config', line: 12 },
      facts: {
        files: '/home/me/.aws/config',
        role: 'arn:aws:iam::111122223333:role/deploy',
        endpoint: 'https://sts.eu-west-1.amazonaws.com',
      },
      steps: ['static keys AKIA…MPLE (profile base)', 'assume arn:aws:iam::111122223333:role/deploy'],
      durationMs: 81.6,
    },
    { source: 'web-identity', outcome: 'not-reached', reason: 'a source before it failed', facts: {}, durationMs: 0 },
    { source: 'instance', outcome: 'not-reached', reason: 'a source before it failed', facts: {}, durationMs: 0 },
  ],
  warnings: [{ code: 'SHADOWED', text: 'AWS_PROFILE is set and not used', remedy: 'Unset one of them' }],
}

test('a person sees each source, where a file is to blame, and what to do', () => {
  expect(renderExplanation(explanation, plain)).toMatchInlineSnapshot(`
    "profile  prod\\u001b[2J (AWS_PROFILE)
    region   eu-west-1 (profile prod)

    ├─ ○ env           AWS_ACCESS_KEY_ID is not set
    ├─ ✗ profile       STS refused the role  SOURCE_REFUSED
    │    1. static keys AKIA…MPLE (profile base)
    │    2. assume arn:aws:iam::111122223333:role/deploy
    │    role      arn:aws:iam::111122223333:role/deploy
    │    endpoint  https://sts.eu-west-1.amazonaws.com
    │    /home/me/.aws/config:12
    │    → Check the trust policy.
    │    took 82 ms
    └─ · not reached: web-identity, instance

    ! AWS_PROFILE is set and not used.
      Unset one of them.

    ✗ No credentials: profile is configured and does not work. Check the trust policy.
    "
  `)
})

test('found: the verdict is the last line', async () => {
  const { status, stdout, stderr } = await rolecall(['explain'], { env: KEYS })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.trimEnd().split('\n').at(-1)).toContain('✓ The credentials come from env.')
  expect(stdout).not.toContain('canary')
  expect(stdout).not.toContain(KEYS.AWS_ACCESS_KEY_ID)
})

test('not found: the result is still on stdout, and the status 1', async () => {
  const { status, stdout, stderr } = await rolecall(['explain'])
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
  expect(stdout).toContain('✗ No credentials: no source is configured.')
  expect(stdout.split('\n').length).toBeLessThan(24)
})

test.each<[name: string, env: Record<string, string>, status: number, outcome: string]>([
  ['found', KEYS, 0, 'found'],
  ['nothing', {}, 1, 'failed'],
])('a program gets the whole explanation: %s', async (_name, env, status, outcome) => {
  const ended = await rolecall(['explain', '--json'], { env })
  expect(ended).toMatchObject({ status, stderr: '' })
  const shown = JSON.parse(ended.stdout)
  expect(Object.keys(shown).sort()).toEqual(
    expect.arrayContaining(['attempts', 'outcome', 'profile', 'region', 'warnings']),
  )
  expect(shown.outcome).toBe(outcome)
  expect(shown.attempts.map(({ source }: { source: string }) => source)).toEqual([
    'env',
    'profile',
    'web-identity',
    'container',
    'instance',
  ])
})

test('a broken profile is shown with its line', async () => {
  const files = { '.aws/config': '[profile a]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = b\n' }
  const { status, stdout } = await rolecall(['explain', '--profile', 'a'], { files })
  expect(status).toBe(1)
  expect(stdout).toContain('.aws/config:3')
  expect(stdout).toContain('PROFILE_NOT_FOUND')
})
