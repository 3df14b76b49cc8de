import { expect, test } from 'vitest'
import { withoutCredentials } from '../src/exec/silenced-config.ts'

const silence = (text: string): string => withoutCredentials(Buffer.from(text)).toString()

test('the default profile loses what gives credentials and keeps the rest, to the byte', () => {
  const text = `# mine\r
[profile other]\r
aws_access_key_id = AKIAOTHER\r
\r
[default]  # the one\r
region=eu-west-1 ; near\r
 ; a comment\r
s3 =\r
  addressing_style = path\r
AWS_Access_Key_Id = AKIAGONE\r
aws_secret_access_key: gone\r
\tgone-too\r
output = json\r
[sso-session x]\r
sso_region = us-east-1`
  expect(silence(text)).toBe(`# mine\r
[profile other]\r
aws_access_key_id = AKIAOTHER\r
\r
[default]  # the one\r
region=eu-west-1 ; near\r
 ; a comment\r
s3 =\r
  addressing_style = path\r
output = json\r
[sso-session x]\r
sso_region = us-east-1`)
})

test.each([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  'role_arn',
  'source_profile',
  'credential_source',
  'credential_process',
  'web_identity_token_file',
  'login_session',
  'sso_session',
  'sso_start_url',
  'sso_region',
  'sso_account_id',
  'sso_role_name',
  'rolesanywhere_trust_anchor_arn',
])('%s goes', (setting) => {
  expect(silence(`[default]\n${setting} = x\n[profile dev]\n${setting} = y\n`)).toBe(
    `[default]\n[profile dev]\n${setting} = y\n`,
  )
})

test.each([
  '[default]',
  '[profile default]',
  '[ default ]',
  '[profile  "default"]',
  "[profile 'default']",
  '[default] ; comment',
  '[DEFAULT]',
  '\ufeff[default]',
  '  [default]',
])('the default profile by the header %j', (header) => {
  expect(silence(`${header}\nrole_arn = x\n`)).toBe(`${header}\n`)
})

test.each([
  '[defaults]',
  '[profile default2]',
  '[sso-session default]',
  '[services default]',
  '# [default]',
  '[my default]',
])('another section: %j', (header) => {
  expect(silence(`${header}\nrole_arn = x\n`)).toBe(`${header}\nrole_arn = x\n`)
})

test.each<[name: string, before: string, after: string]>([
  ['where only some SDKs read a setting', '[default]\nregion = a\n  role_arn = x\n', '[default]\nregion = a\n'],
  [
    'where only some SDKs read a header',
    '[default]\nregion = a\n  [other]\nrole_arn = x\n',
    '[default]\nregion = a\n  [other]\n',
  ],
  ['with a value on the lines below', '[default]\nrole_arn =\n  x\n\n  y\nz = 1\n', '[default]\n\nz = 1\n'],
  ['between lone carriage returns', '[default]\rrole_arn = x\rz = 1\r', '[default]\rz = 1\r'],
  ['at the end without a line end', '[default]\nrole_arn = x', '[default]\n'],
  [
    'in a second section of the name',
    '[default]\n[x]\na = 1\n[default]\nrole_arn = x\n',
    '[default]\n[x]\na = 1\n[default]\n',
  ],
])('a setting %s', (_name, before, after) => {
  expect(silence(before)).toBe(after)
})

test('bytes that are no text stay', () => {
  const bytes = Buffer.from([0x5b, 0x61, 0x5d, 0x0a, 0xff, 0xfe, 0x00, 0x3d, 0x80, 0x0a])
  expect(withoutCredentials(bytes)).toEqual(bytes)
})
