import { describe, expect, test } from 'vitest'
import { evaluateTrust, toTrustPolicy } from '../../../src/trust.ts'
import { CONDITION_PAGES } from './documented-conditions.ts'
import { STATEMENT_PAGES } from './documented-statements.ts'
import { TOKEN_PAGES } from './documented-tokens.ts'

const CALLER = { type: 'AWS', names: ['arn:aws:iam::111122223333:user/johndoe'] } as const

describe.each(CONDITION_PAGES)('$page', ({ version = '2012-10-17', rows }) => {
  test.each(rows)('%s: %s', (_says, outcome, Condition, context) => {
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Condition }
    const policy = toTrustPolicy({ ...(version && { Version: version }), Statement })
    const { allowed } = evaluateTrust(policy, { action: 'sts:AssumeRole', principal: CALLER, context })
    expect(allowed ? 'in' : 'out').toBe(outcome)
  })
})

describe.each(STATEMENT_PAGES)('$page', ({ rows }) => {
  test.each(rows)('%s: %s', (_says, outcome, { action, principal, context }, statements) => {
    const policy = toTrustPolicy({ Version: '2012-10-17', Statement: statements })
    const { allowed } = evaluateTrust(policy, { action, principal, context })
    expect(allowed ? 'in' : 'out').toBe(outcome)
  })
})

describe.each(TOKEN_PAGES)('$page', ({ rows }) => {
  test.each(rows)('%s: %s', (_says, outcome, check) => {
    expect(check().allowed ? 'in' : 'out').toBe(outcome)
  })
})

test('the tables are as large as they claim', () => {
  const rows = [...CONDITION_PAGES, ...STATEMENT_PAGES, ...TOKEN_PAGES].map(({ rows }) => rows.length)
  expect(rows.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(300)
})
