import { describe, expect, test } from 'vitest'
import { checkRegion, chooseRegion } from '../../src/formats/region.ts'
import { thrownBy } from '../config.ts'

const profile = { name: 'dev', properties: { region: 'eu-north-1' } }

test.each([
  ['the option', { option: 'a', env: { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }, profile }, 'a', 'the region option'],
  ['AWS_REGION', { env: { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }, profile }, 'b', 'AWS_REGION'],
  ['AWS_DEFAULT_REGION', { env: { AWS_REGION: ' ', AWS_DEFAULT_REGION: 'c' }, profile }, 'c', 'AWS_DEFAULT_REGION'],
  ['the profile', { env: { AWS_DEFAULT_REGION: '' }, profile }, 'eu-north-1', 'profile dev'],
])('%s comes before what is below it', (_name, sources, name, chosenBy) => {
  expect(chooseRegion(sources)).toEqual({ name, chosenBy })
})

test.each([
  ['no profile', undefined],
  ['a profile that is not there', { name: 'x', properties: undefined }],
  ['a profile without one', { name: 'x', properties: { region: ' ' } }],
])('%s: nothing names a region', (_name, profile) => {
  expect(chooseRegion({ env: {}, profile })).toBeUndefined()
})

describe('a region becomes part of host names', () => {
  test.each(['us-east-1', 'us-gov-west-1', 'eusc-de-east-1', 'xx-new-9', 'a', 'a'.repeat(63)])('%s may', (name) => {
    expect(checkRegion({ name, chosenBy: 'AWS_REGION' }).name).toBe(name)
  })

  test('in lower case', () => {
    expect(checkRegion({ name: 'CN-North-1', chosenBy: 'AWS_REGION' })).toEqual({
      name: 'cn-north-1',
      chosenBy: 'AWS_REGION',
    })
  })

  test.each([
    'x@evil/',
    'us-east-1.evil.com#',
    '',
    ' ',
    'a'.repeat(64),
    'us-east-1\n',
    '-a',
    'a-',
    'us_east_1',
    'us-east-1/',
    'us-east-1:80',
    'us-east-1?x',
    'üs-east-1',
    'us east',
    '127.0.0.1',
    '%61',
  ])('%j may not', (name) => {
    expect(thrownBy(() => checkRegion({ name, chosenBy: 'AWS_REGION' }))).toMatchObject({
      code: 'REGION_INVALID',
      source: 'region',
      message: expect.stringContaining('AWS_REGION'),
    })
  })

  test('a very long one is not quoted whole', () => {
    expect(
      thrownBy(() => checkRegion({ name: 'x.'.repeat(10_000), chosenBy: 'AWS_REGION' })).message.length,
    ).toBeLessThan(300)
  })
})
