import { expect, test } from 'vitest'
import type { AwsOptions } from '../src/aws/options.ts'
import { findLacks } from '../src/aws/readiness.ts'
import { setVariables } from './variables.ts'

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'the-secret' }
const REGION = { AWS_REGION: 'us-east-1' }
const NO_KEYS = { text: 'no AWS credentials yet', error: { code: 'NO_CREDENTIALS' } }
const NO_REGION = { text: 'no AWS region yet', error: { code: 'REGION_MISSING' } }

test.each<[string, Record<string, string>, AwsOptions, object[]]>([
  ['nothing', { ...KEYS, ...REGION }, {}, []],
  ['credentials', REGION, {}, [NO_KEYS]],
  ['a region', KEYS, {}, [NO_REGION]],
  ['both', {}, {}, [NO_KEYS, NO_REGION]],
  [
    'options that can be used',
    { ...KEYS, ...REGION },
    { endpoint: 'x' },
    [{ text: 'AWS cannot be asked with these options', error: { name: 'TypeError' } }],
  ],
])('%s is missing', async (_, variables, options, lacks) => {
  setVariables(variables)
  const found = await findLacks(options)
  expect(found).toHaveLength(lacks.length)
  expect(found).toMatchObject(lacks)
})
