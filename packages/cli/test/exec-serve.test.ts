import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { rolecall, SESSION } from './world.ts'

const PRINT_ENV = ['--', process.execPath, '-p', 'JSON.stringify(process.env)']
const FILES = {
  '.aws/config': '[default]\nregion = eu-west-1\nsso_session = x\n[profile dev]\ncredential_process = true\n',
  '.aws/credentials': '[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file-secret\n[dev]\nx = y\n',
}

test('the command finds the server, and nothing else that gives credentials', async () => {
  const env = { ...SESSION, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/old', MINE: 'kept' }
  const { status, stdout } = await rolecall(['exec', '--serve', ...PRINT_ENV], { env, files: FILES })
  expect(status).toBe(0)
  const shown = Object.fromEntries(Object.entries(JSON.parse(stdout)).filter(([name]) => /^(AWS_|MINE)/.test(name)))
  expect(shown).toEqual({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    AWS_CONTAINER_AUTHORIZATION_TOKEN: expect.stringMatching(/^[\w-]{43}$/),
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: expect.any(String),
    AWS_CONFIG_FILE: expect.any(String),
    AWS_SHARED_CREDENTIALS_FILE: expect.any(String),
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    MINE: 'kept',
  })
  expect(existsSync(dirname(String(shown['AWS_CONFIG_FILE'])))).toBe(false)
})
