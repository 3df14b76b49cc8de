import { describe, expect, test } from 'vitest'
import { readInstanceDisabled, readInstanceEndpoint, readInstanceRole } from '../../src/formats/instance-endpoint.ts'
import { thrownBy } from '../config.ts'

const read = (env: Record<string, string> = {}, properties: Record<string, string> = {}, options = {}) => {
  const { url, ...rest } = readInstanceEndpoint(env, properties, options, 'instance')
  return { url: url.href, ...rest }
}
const ENDPOINT = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
const MODE = 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE'
const V4 = 'http://169.254.169.254/'
const V6 = 'http://[fd00:ec2::254]/'

describe('which address', () => {
  const everywhere = { [ENDPOINT]: 'http://env:1/', [MODE]: 'IPv6' }
  const settings = { ec2_metadata_service_endpoint: 'http://profile:2/', ec2_metadata_service_endpoint_mode: 'IPv6' }

  test.each<[name: string, args: Parameters<typeof read>, url: string, isNamed: boolean]>([
    ['the option', [everywhere, settings, { endpoint: 'http://code:3', endpointMode: 'IPv6' }], 'http://code:3/', true],
    ['the variable', [everywhere, settings], 'http://env:1/', true],
    ['the profile', [{ [ENDPOINT]: ' ' }, settings], 'http://profile:2/', true],
    ['the mode in code', [{ [MODE]: 'IPv6' }, {}, { endpointMode: 'IPv4' }], V4, false],
    ['the mode in a variable', [{ [MODE]: 'IPv6' }, { ec2_metadata_service_endpoint_mode: 'IPv4' }], V6, false],
    ['the mode in the profile', [{}, { ec2_metadata_service_endpoint_mode: 'ipv6' }], V6, false],
    ['the mode in any case', [{ [MODE]: 'IPV6' }], V6, false],
    ['by default', [], V4, false],
    ['https too', [{ [ENDPOINT]: 'https://env/base/' }], 'https://env/base/', true],
  ])('%s', (_name, args, url, isNamed) => {
    expect(read(...args)).toMatchObject({ url, isNamed })
  })

  test.each(['IPv5', 'constructor', '__proto__', 'toString', '4'])('the mode %s is an error', (mode) => {
    expect(thrownBy(() => read({ [MODE]: mode }))).toMatchObject({
      code: 'CONFIG_INVALID',
      source: 'instance',
      message: expect.stringContaining('neither IPv4 nor IPv6'),
    })
  })

  test.each(['169.254.169.254', 'ftp://x', 'http://user:hunter2@x', 'http://user:hunter2@[x'])(
    'the address %s is an error',
    (address) => {
      const error = thrownBy(() => read({ [ENDPOINT]: address }))
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      expect(JSON.stringify(error) + error.stack).not.toContain('hunter2')
    },
  )
})

test.each<[name: string, args: Parameters<typeof read>, allowV1: boolean]>([
  ['nobody allows it', [], false],
  ['a variable allows it', [{ AWS_EC2_METADATA_V1_DISABLED: 'False' }], true],
  ['the profile allows it', [{}, { ec2_metadata_v1_disabled: 'false' }], true],
  [
    'the variable forbids what the profile allows',
    [{ AWS_EC2_METADATA_V1_DISABLED: 'true' }, { ec2_metadata_v1_disabled: 'false' }],
    false,
  ],
  [
    'the option allows what the variable forbids',
    [{ AWS_EC2_METADATA_V1_DISABLED: 'true' }, {}, { allowV1: true }],
    true,
  ],
  [
    'the option forbids what the variable allows',
    [{ AWS_EC2_METADATA_V1_DISABLED: 'false' }, {}, { allowV1: false }],
    false,
  ],
  ['another word allows nothing', [{ AWS_EC2_METADATA_V1_DISABLED: 'no' }], false],
])('version 1: %s', (_name, args, allowV1) => {
  expect(read(...args).allowV1).toBe(allowV1)
})

test.each<[string | undefined, off: boolean]>([
  ['true', true],
  ['TRUE', true],
  ['True', true],
  ['false', false],
  ['1', false],
  ['', false],
  [undefined, false],
])('AWS_EC2_METADATA_DISABLED=%s: %s', (value, off) => {
  expect(readInstanceDisabled({ AWS_EC2_METADATA_DISABLED: value })).toBe(
    off ? 'AWS_EC2_METADATA_DISABLED is true' : undefined,
  )
})

test.each<[variable: string | undefined, setting: string, why: string | undefined]>([
  [undefined, 'True', 'disable_ec2_metadata of the profile is true'],
  [undefined, 'false', undefined],
  [undefined, '1', undefined],
  ['false', 'true', undefined],
  ['true', 'false', 'AWS_EC2_METADATA_DISABLED is true'],
])('AWS_EC2_METADATA_DISABLED=%s has the last word over disable_ec2_metadata=%s', (variable, setting, why) => {
  expect(readInstanceDisabled({ AWS_EC2_METADATA_DISABLED: variable }, { disable_ec2_metadata: setting })).toBe(why)
})

describe('which role', () => {
  const variable = { AWS_EC2_INSTANCE_PROFILE_NAME: 'of-env' }
  const setting = { ec2_instance_profile_name: 'of-profile' }
  test.each<[by: string, args: Parameters<typeof readInstanceRole>, name: string]>([
    ['the roleName option', [variable, setting, { roleName: 'of-code' }], 'of-code'],
    ['AWS_EC2_INSTANCE_PROFILE_NAME', [variable, setting, {}], 'of-env'],
    ['ec2_instance_profile_name', [{ AWS_EC2_INSTANCE_PROFILE_NAME: ' ' }, setting, {}], 'of-profile'],
  ])('%s', (chosenBy, args, name) => {
    expect(readInstanceRole(...args)).toEqual({ name, chosenBy })
  })

  test('the one that the instance has', () => {
    expect(readInstanceRole({}, { ec2_instance_profile_name: ' ' }, {})).toBe(undefined)
  })
})
