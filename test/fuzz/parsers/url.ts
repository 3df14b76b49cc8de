import { BlockList, isIP } from 'node:net'
import { readContainerEndpoint } from '../../../packages/credentials/src/formats/container-endpoint.ts'
import { chooseEndpoint } from '../../../packages/credentials/src/formats/endpoint.ts'
import { readInstanceEndpoint } from '../../../packages/credentials/src/formats/instance-endpoint.ts'
import { checkRegion } from '../../../packages/credentials/src/formats/region.ts'
import { checkTokenEndpoint } from '../../../packages/credentials/src/formats/token-endpoint.ts'
import type { Parser } from '../parser.ts'
import { attempt, expectThat } from '../probe.ts'
import { SECRETS } from '../secrets.ts'

const { password, token } = SECRETS
const LOCAL = new BlockList()
LOCAL.addSubnet('127.0.0.0', 8)
LOCAL.addAddress('::1', 'ipv6')
LOCAL.addAddress('169.254.170.2')
LOCAL.addAddress('169.254.170.23')
LOCAL.addAddress('fd00:ec2::23', 'ipv6')

/** Addresses of containers, instances, STS and of services that get tokens. */
export const url: Parser = {
  name: 'URL',
  seeds: [
    `/v2/credentials/${password}`,
    `http://127.0.0.1:1338/${password}?q#f`,
    'http://169.254.170.23/v1/credentials',
    'https://vault.example.com/aws',
    'http://[fd00:ec2::23]/v1',
    'http://localhost:80/',
    `https://user:${password}@example.com/`,
    `http://evil.example.com/?token=${token}`,
    'us-east-1',
    'cn-north-1',
    'http://127.1/',
    'http://2130706433/',
  ],
  words: [
    ...[
      'http://',
      'https://',
      'HTTP:\\\\',
      'ftp://',
      'javascript:',
      '//',
      '@',
      ':',
      '?',
      '#',
      '/',
      '\\',
      '..',
      '%2f',
      '%00',
    ],
    ...[
      '127.0.0.1',
      '127.0.0.1.',
      '0x7f.1',
      '017700000001',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::127.0.0.1]',
      'localhost',
    ],
    ...['localhost.', 'LOCALHOST', 'ⓛocalhost', '127。0。0。1', '169.254.170.2', '169.254.170.23', '169.254.169.254'],
    ...[
      '[fd00:ec2::23]',
      '[fd00:ec2::254]',
      '.evil.example',
      ':0',
      ':65536',
      '\t',
      '\n',
      '\r',
      ' ',
      '\u00ad',
      '\0',
      'IPv6',
    ],
    ...['.amazonaws.com', 'us-gov-west-1', '-', '_', ...Object.values(SECRETS)],
  ],
  run(input) {
    const text = new TextDecoder().decode(input)
    for (const name of ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI']) {
      const address = attempt(
        () => readContainerEndpoint({ [name]: text }, 'fuzz'),
        () => hostOf(text),
      )
      if (!address) continue
      checkPrivate(address)
      if (name.includes('RELATIVE')) expectThat(address.origin === 'http://169.254.170.2', 'a path stays on its host')
    }
    checkInstance(text)
    checkSts(text)
  },
}

function checkInstance(text: string): void {
  for (const options of [{ endpoint: text }, { endpointMode: text }]) {
    const found = attempt(() => readInstanceEndpoint({}, undefined, options, 'fuzz'))
    if (found)
      expectThat(/^https?:$/.test(found.url.protocol) && !found.url.username, 'the instance is asked over http')
  }
}

function checkSts(text: string): void {
  const sts = { service: 'sts', id: 'sts', config: undefined, profile: 'default' }
  const configured = attempt(() => chooseEndpoint({ ...sts, region: 'us-east-1', env: { AWS_ENDPOINT_URL_STS: text } }))
  if (configured) {
    expectThat(/^https?:$/.test(configured.protocol) && !configured.password, 'STS is asked over http')
    const forTokens = attempt(
      () => checkTokenEndpoint(configured, 'fuzz'),
      () => configured.host,
    )
    if (forTokens) checkPrivate(forTokens)
  }
  const region = attempt(
    () => checkRegion({ name: text, chosenBy: 'AWS_REGION' }),
    () => text.slice(0, 80),
  )
  if (!region) return
  const address = chooseEndpoint({ ...sts, region: region.name, env: {} })
  const suffix =
    /\.(amazonaws\.com|amazonaws\.com\.cn|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov|amazonaws\.eu)$/
  expectThat(address.protocol === 'https:' && suffix.test(address.hostname), 'a region stays with AWS')
  expectThat(address.username === '' && address.port === '' && address.pathname === '/', 'a region is a host name only')
}

/** Over https, or to an address of this machine that no resolver has a say in. */
function checkPrivate({ protocol, hostname }: URL): void {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(address)
  const isLocal = family !== 0 && LOCAL.check(address, family === 6 ? 'ipv6' : 'ipv4')
  expectThat(protocol === 'https:' || (protocol === 'http:' && isLocal), `${protocol}//${hostname} is not private`)
}

function hostOf(text: string): string {
  return URL.canParse(text) ? new URL(text).host : ''
}
