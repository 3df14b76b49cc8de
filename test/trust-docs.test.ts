import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkTrust, readTrustPolicy, readWebIdentityToken } from '@rolecall/credentials/trust'
import { expect, onTestFinished, test } from 'vitest'
import { rolecall } from './command-line.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../docs/trust.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text ?? '')
const [POLICY = '', CLAIMS = ''] = blocks('json')
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const TOKEN = `${encode({ alg: 'RS256' })}.${encode(JSON.parse(CLAIMS))}.c2lnbmVk`

const EXAMPLES = blocks('console').map((block) => /^\$ rolecall (.+)\n([\s\S]*)$/.exec(block)?.slice(1) ?? [])

test.each(EXAMPLES)('what the page shows is what is printed: %s', async (line = '', shown = '') => {
  const folder = mkdtempSync(join(tmpdir(), 'trust-docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'trust.json'), POLICY)
  writeFileSync(join(folder, 'token.jwt'), TOKEN)
  expect((await rolecall(line.split(' '), {}, folder)).stdout).toBe(shown)
})

test('what a program is told to call is there, and answers as the page says', () => {
  const [example = ''] = blocks('js')
  expect(example).toContain("from '@rolecall/credentials/trust'")
  const run = new Function(
    'checkTrust',
    'readTrustPolicy',
    'readWebIdentityToken',
    'text',
    'token',
    `${example.replace(/^import .*$/m, '')}; return { allowed, failed, fix }`,
  )
  const { allowed, failed, fix } = run(checkTrust, readTrustPolicy, readWebIdentityToken, POLICY, TOKEN)
  expect({ allowed, key: failed[0].key }).toEqual({ allowed: false, key: 'token.actions.githubusercontent.com:sub' })
  expect(PAGE).toContain(`→ ${fix}`)
})
