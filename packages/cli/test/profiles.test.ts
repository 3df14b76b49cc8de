import { expect, test } from 'vitest'
import { rolecall } from './world.ts'

const files = {
  '.aws/config': `[default]
region = eu-west-1
[profile deploy]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = default
[profile loop]
role_arn = arn:aws:iam::111122223333:role/loop
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::111122223333:role/pool
source_profile = loop
[profile settings]
output = json
`,
  '.aws/credentials': `[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = canary
[half]
aws_access_key_id = AKIAHALF
`,
}

test('each profile with what it leads to, and the broken ones with their reason', async () => {
  const { status, stdout, stderr } = await rolecall(['profiles', '--profile', 'deploy'], { files })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.replace(/\S*\/\.aws/g, '~/.aws')).toMatchInlineSnapshot(`
    "  default  ~/.aws/config:2
        static keys AK… (profile default)  eu-west-1
    * deploy  ~/.aws/config:4
        static keys AK… (profile default) → assume arn:aws:iam::111122223333:role/deploy (profile deploy)
      loop  ~/.aws/config:7
        ✗ the profiles lead in a circle: loop → pool → loop
          ~/.aws/config:11
        → Give one of them another source_profile.
      pool  ~/.aws/config:10
        ✗ the profiles lead in a circle: pool → loop → pool
          ~/.aws/config:8
        → Give one of them another source_profile.
      settings  ~/.aws/config:13
        settings only, no credentials
      half  ~/.aws/credentials:5
        ✗ profile half has no aws_secret_access_key
          ~/.aws/credentials:5
        → Add aws_secret_access_key, or remove the other.
    "
  `)
})

test('a program gets the same', async () => {
  const { stdout } = await rolecall(['profiles', '--json'], { files, env: { AWS_PROFILE: 'half' } })
  const profiles: { name: string; selected: boolean }[] = JSON.parse(stdout)
  expect(profiles.map(({ name }) => name)).toEqual(['default', 'deploy', 'loop', 'pool', 'settings', 'half'])
  expect(profiles.filter(({ selected }) => selected).map(({ name }) => name)).toEqual(['half'])
  expect(profiles[1]).toEqual({
    name: 'deploy',
    selected: false,
    region: null,
    steps: ['static keys AK… (profile default)', 'assume arn:aws:iam::111122223333:role/deploy (profile deploy)'],
    location: { file: expect.stringMatching(/\.aws\/config$/), line: 4 },
  })
  expect(profiles[5]).toMatchObject({ error: { code: 'KEYS_INCOMPLETE', location: { line: 5 } } })
  expect(stdout).not.toContain('canary')
})

test('the shell completion gets names and nothing else', async () => {
  expect(await rolecall(['profiles', '--names'], { files })).toEqual({
    status: 0,
    stdout: 'default\ndeploy\nloop\npool\nsettings\nhalf\n',
    stderr: '',
  })
})

test.each([
  ['no files', [], {}, 'There is no profile default'],
  [
    'a profile that is not there',
    ['--profile', 'nowhere'],
    files,
    'There is no profile nowhere (chosen by the profile option)',
  ],
])('%s', async (_name, args, given, says) => {
  const { status, stdout } = await rolecall(['profiles', ...args], { files: given })
  expect(status).toBe(0)
  expect(stdout).toContain(says)
})

test('a malformed file is an error with its line', async () => {
  const { status, stdout, stderr } = await rolecall(['profiles'], { files: { '.aws/config': '[default\n' } })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('.aws/config:1')
})
