import { describe, expect, test } from 'vitest'
import { readContainerEndpoint } from '../../src/formats/container-endpoint.ts'
import { thrownBy } from '../config.ts'

const FULL = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
const RELATIVE = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'
const read = (env: Record<string, string>) => readContainerEndpoint(env, 'container')?.href

test('nothing set, nothing asked', () => {
  expect(read({})).toBeUndefined()
  expect(read({ [FULL]: ' ', [RELATIVE]: '' })).toBeUndefined()
})

test('the relative address wins', () => {
  expect(read({ [FULL]: 'https://full.example/', [RELATIVE]: '/v2/x?y=z' })).toBe('http://169.254.170.2/v2/x?y=z')
})

describe('over plain http only this machine and the agents of ECS and EKS are asked', () => {
  test.each([
    ['http://127.0.0.1/x', 'http://127.0.0.1/x'],
    ['http://127.255.0.9:81/x', 'http://127.255.0.9:81/x'],
    ['http://[::1]:8080/', 'http://[::1]:8080/'],
    ['http://169.254.170.2/v2', 'http://169.254.170.2/v2'],
    ['http://169.254.170.23/v1/credentials', 'http://169.254.170.23/v1/credentials'],
    ['http://[fd00:ec2::23]/v1/credentials', 'http://[fd00:ec2::23]/v1/credentials'],
    ['http://[FD00:0EC2:0:0::23]/x', 'http://[fd00:ec2::23]/x'],
    ['HTTP://LOCALHOST:1/x', 'http://127.0.0.1:1/x'],
    ['http://localhost/x', 'http://127.0.0.1/x'],
    // these are 127.0.0.1, written otherwise
    ['http://2130706433/', 'http://127.0.0.1/'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['http://127.1/', 'http://127.0.0.1/'],
    ['http://①②⑦.0.0.1/', 'http://127.0.0.1/'],
    ['http://127.0.0.1./', 'http://127.0.0.1/'],
  ])('%s is asked', (uri, url) => {
    expect(read({ [FULL]: uri })).toBe(url)
  })

  test.each([
    'http://127.0.0.1foo/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'http://localhost./',
    'http://xlocalhost/',
    'http://localhostx/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'http://169.254.170.3/',
    'http://169.254.170.230/',
    'http://169.254.170.22/',
    'http://1169.254.170.2.example/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::2]/',
    'http://[fd00:ec2::254]/',
    'http://[fd00:ec2::230]/',
    'http://[::]/',
    'http://example.com/#@127.0.0.1',
    'http://example.com\\@127.0.0.1/',
    'http://127.0.0.1@example.com/',
    'http://127.0.0.1:80@example.com/',
    'http://128.0.0.1/',
    'ws://127.0.0.1/',
    'wss://127.0.0.1/',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'javascript:x',
    'constructor:x',
    'hunter2-as-a-scheme:x',
    'https://user@creds.example/',
    'https://user:hunter2@creds.example/',
    'https://:hunter2@creds.example/',
    'http://user:hunter2@[creds',
    '127.0.0.1/x',
    '//127.0.0.1/x',
    '/x',
    '__proto__',
    'http://',
  ])('%s is refused, before anything is sent', (uri) => {
    const error = thrownBy(() => read({ [FULL]: uri }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', source: 'container' })
    expect(JSON.stringify(error) + error.stack).not.toContain('hunter2')
  })
})

test.each(['https://creds.example/x', 'https://localhost/x', 'https://10.0.0.1/x', 'https://[2001:db8::1]/x'])(
  'over https any host: %s',
  (uri) => {
    expect(read({ [FULL]: uri })).toBe(uri)
  },
)

test.each(['/', '/a/../b', '?x', '//evil.example/x', '/@evil.example'])(
  'the relative %s stays at the agent of ECS',
  (uri) => {
    expect(new URL(read({ [RELATIVE]: uri }) ?? '').host).toBe('169.254.170.2')
  },
)

test.each([
  '@evil.example/',
  '.evil.example/',
  ':81/x',
  'x/y',
  '0/x',
  'https://evil.example/',
  ':hunter2@evil.example',
])('the relative %s is no path', (uri) => {
  const error = thrownBy(() => read({ [RELATIVE]: uri }))
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(RELATIVE) })
  expect(error.message).not.toContain('hunter2')
})
