import { describe, expect, test } from 'vitest'
import { chooseEndpoint } from '../../src/formats/endpoint.ts'
import { partitionOf } from '../../src/formats/partitions.ts'
import { sharedConfig, thrownBy } from '../config.ts'

type Env = Record<string, string>
const endpoint = (region: string, env: Env = {}, config = '', service = 'sts'): string =>
  chooseEndpoint({ service, id: 'sts', region, env, config: sharedConfig(config), profile: 'a' }).href

const FIPS = { AWS_USE_FIPS_ENDPOINT: 'true' }
const DUAL = { AWS_USE_DUALSTACK_ENDPOINT: 'true' }

describe('the host name of a region', () => {
  test.each<[region: string, env: Env, host: string]>([
    ['us-east-1', {}, 'sts.us-east-1.amazonaws.com'],
    ['eu-west-3', {}, 'sts.eu-west-3.amazonaws.com'],
    ['eu-west-3', FIPS, 'sts-fips.eu-west-3.amazonaws.com'],
    ['eu-west-3', DUAL, 'sts.eu-west-3.api.aws'],
    ['eu-west-3', { ...FIPS, ...DUAL }, 'sts-fips.eu-west-3.api.aws'],
    ['cn-north-1', {}, 'sts.cn-north-1.amazonaws.com.cn'],
    ['cn-north-1', DUAL, 'sts.cn-north-1.api.amazonwebservices.com.cn'],
    ['us-gov-west-1', {}, 'sts.us-gov-west-1.amazonaws.com'],
    ['us-gov-west-1', FIPS, 'sts.us-gov-west-1.amazonaws.com'],
    ['us-gov-west-1', { ...FIPS, ...DUAL }, 'sts-fips.us-gov-west-1.api.aws'],
    ['us-iso-east-1', {}, 'sts.us-iso-east-1.c2s.ic.gov'],
    ['us-isob-east-1', {}, 'sts.us-isob-east-1.sc2s.sgov.gov'],
    ['eu-isoe-west-1', {}, 'sts.eu-isoe-west-1.cloud.adc-e.uk'],
    ['us-isof-south-1', {}, 'sts.us-isof-south-1.csp.hci.ic.gov'],
    ['eusc-de-east-1', {}, 'sts.eusc-de-east-1.amazonaws.eu'],
    ['eusc-de-east-1', DUAL, 'sts.eusc-de-east-1.api.amazonwebservices.eu'],
    ['xx-new-9', {}, 'sts.xx-new-9.amazonaws.com'],
    ['aws-cn-global', {}, 'sts.aws-cn-global.amazonaws.com.cn'],
  ])('%s with %o is %s', (region, env, host) => {
    expect(endpoint(region, env)).toBe(`https://${host}/`)
  })

  test('other services follow the same rule', () => {
    expect(endpoint('us-east-1', FIPS, '', 'portal.sso')).toBe('https://portal.sso-fips.us-east-1.amazonaws.com/')
  })

  test.each([
    ['sts', 'sts.us-gov-east-1.amazonaws.com'],
    ['portal.sso', 'portal.sso.us-gov-east-1.amazonaws.com'],
    ['oidc', 'oidc.us-gov-east-1.amazonaws.com'],
    ['rolesanywhere', 'rolesanywhere-fips.us-gov-east-1.amazonaws.com'],
    ['signin', 'signin-fips.us-gov-east-1.amazonaws.com'],
  ])('in the government cloud %s is FIPS as %s', (service, host) => {
    expect(endpoint('us-gov-east-1', FIPS, '', service)).toBe(`https://${host}/`)
  })

  test.each([
    ['AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint'],
  ])('%s and %s are true, false or blank: anything else is an error', (variable, setting) => {
    const error = { code: 'CONFIG_INVALID', source: 'sts', message: expect.stringContaining('neither true nor false') }
    expect(thrownBy(() => endpoint('us-east-1', { [variable]: '1' }))).toMatchObject(error)
    expect(thrownBy(() => endpoint('us-east-1', {}, `[profile a]\nregion = x\n${setting} = yes`))).toMatchObject({
      ...error,
      location: { file: '/config', line: 3 },
    })
    expect(endpoint('us-east-1', { [variable]: ' ' })).toBe('https://sts.us-east-1.amazonaws.com/')
  })

  test.each([
    ['use_fips_endpoint = true', 'sts-fips.us-east-1.amazonaws.com'],
    ['use_dualstack_endpoint = TRUE', 'sts.us-east-1.api.aws'],
    ['use_fips_endpoint =', 'sts.us-east-1.amazonaws.com'],
  ])('the profile may say %s', (setting, host) => {
    expect(endpoint('us-east-1', {}, `[profile a]\n${setting}`)).toBe(`https://${host}/`)
  })

  test('a variable that says false wins over a profile that says true', () => {
    const env = { AWS_USE_FIPS_ENDPOINT: 'False', AWS_USE_DUALSTACK_ENDPOINT: 'false' }
    const config = '[profile a]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true'
    expect(endpoint('us-east-1', env, config)).toBe('https://sts.us-east-1.amazonaws.com/')
  })

  test('another profile says nothing', () => {
    expect(endpoint('us-east-1', {}, '[profile b]\nuse_fips_endpoint = true\nendpoint_url = https://b')).toBe(
      'https://sts.us-east-1.amazonaws.com/',
    )
  })
})

test.each([
  ['us-east-1', 'aws'],
  ['mx-central-1', 'aws'],
  ['cn-northwest-1', 'aws-cn'],
  ['us-gov-east-1', 'aws-us-gov'],
  ['us-iso-west-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-east-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['aws-cn-global', 'aws-cn'],
  ['aws-us-gov-global', 'aws-us-gov'],
  ['aws-iso-global', 'aws-iso'],
  ['aws-iso-b-global', 'aws-iso-b'],
  ['aws-iso-e-global', 'aws-iso-e'],
  ['aws-iso-f-global', 'aws-iso-f'],
  ['aws-global', 'aws'],
  ['moon-1', 'aws'],
])('%s is in %s', (region, name) => {
  expect(partitionOf(region).name).toBe(name)
})

describe('an address that somebody configured', () => {
  const SERVICES =
    '[profile a]\nservices = s\nendpoint_url = https://profile.example\n[services s]\nsts =\n  endpoint_url = https://services.example\ns3 =\n  endpoint_url = https://s3.example'
  const ENV = { AWS_ENDPOINT_URL_STS: 'http://sts.example:8080', AWS_ENDPOINT_URL: 'https://all.example' }

  test.each<[name: string, env: Env, config: string, url: string]>([
    ['AWS_ENDPOINT_URL_STS', ENV, SERVICES, 'http://sts.example:8080/'],
    [
      'AWS_ENDPOINT_URL',
      { AWS_ENDPOINT_URL: ENV.AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_STS: ' ' },
      SERVICES,
      'https://all.example/',
    ],
    ['the services section', {}, SERVICES, 'https://services.example/'],
    ['the profile', {}, '[profile a]\nendpoint_url = https://profile.example/path', 'https://profile.example/path'],
    [
      'the profile, where its services section is of another service',
      {},
      '[profile a]\nservices = s\nendpoint_url = https://profile.example\n[services s]\ns3 =\n  endpoint_url = https://s3',
      'https://profile.example/',
    ],
    [
      'the profile, where its services section is not there',
      {},
      '[profile a]\nservices = __proto__\nendpoint_url = https://profile.example',
      'https://profile.example/',
    ],
    [
      'nobody: that of another service',
      { AWS_ENDPOINT_URL_S3: 'https://s3.example' },
      '',
      'https://sts.us-east-1.amazonaws.com/',
    ],
  ])('by %s', (_name, env, config, url) => {
    expect(endpoint('us-east-1', env, config)).toBe(url)
  })

  test('FIPS and dual stack do not change it', () => {
    expect(endpoint('us-east-1', { ...FIPS, ...DUAL, AWS_ENDPOINT_URL: 'https://all.example' })).toBe(
      'https://all.example/',
    )
  })

  test.each<[name: string, env: Env, config: string, isIgnored: boolean]>([
    ['by a variable', { ...ENV, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'TRUE' }, SERVICES, true],
    ['by the profile', ENV, `${SERVICES}\n[profile a]\nignore_configured_endpoint_urls = true`, true],
    [
      'not by a variable that says false, whatever the profile says',
      { ...ENV, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' },
      '[profile a]\nignore_configured_endpoint_urls = true',
      false,
    ],
    ['not by another word', { ...ENV, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'yes' }, '', false],
  ])('is ignored %s', (_name, env, config, isIgnored) => {
    expect(endpoint('us-east-1', env, config)).toBe(
      isIgnored ? 'https://sts.us-east-1.amazonaws.com/' : 'http://sts.example:8080/',
    )
  })

  test.each([
    ['[profile a]\nregion = x\nendpoint_url = y', 3],
    ['[profile a]\nservices = s\n[services s]\nsts =\n  endpoint_url = y', 4],
  ])('in a file that is none is an error there: %j', (config, line) => {
    expect(thrownBy(() => endpoint('us-east-1', {}, config))).toMatchObject({ location: { file: '/config', line } })
  })

  test.each<[env: Env, config: string, name: string]>([
    [{ AWS_ENDPOINT_URL_STS: 'sts.example' }, '', 'AWS_ENDPOINT_URL_STS'],
    [{ AWS_ENDPOINT_URL: 'ftp://x' }, '', 'AWS_ENDPOINT_URL'],
    [{ AWS_ENDPOINT_URL: 'https://user:hunter2@x' }, '', 'AWS_ENDPOINT_URL'],
    [{ AWS_ENDPOINT_URL: 'https://user:hunter2@[x' }, '', 'AWS_ENDPOINT_URL'],
    [{}, '[profile a]\nendpoint_url = hunter2', 'endpoint_url of profile a'],
    [{}, '[profile a]\nservices = s\n[services s]\nsts =\n  endpoint_url = hunter2', 'endpoint_url of sts in services'],
  ])('%o %s is an error that names it and does not quote it', (env, config, name) => {
    const error = thrownBy(() => endpoint('us-east-1', env, config))
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      source: 'sts',
      message: expect.stringContaining(`${name} is no http or https`),
    })
    expect(JSON.stringify(error) + error.stack).not.toContain('hunter2')
  })
})
