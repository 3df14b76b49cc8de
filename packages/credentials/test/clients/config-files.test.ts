import { describe, expect, test } from 'vitest'
import { loadSharedConfig } from '../../src/clients/config-files.ts'
import { failureOf, fakeHost, type World } from '../fake-host.ts'

const reads = async (world: World, files = {}): Promise<readonly string[]> => {
  const host = fakeHost(world)
  await loadSharedConfig(host, files)
  return [...host.reads].sort()
}

describe('where the files are', () => {
  test.each<[name: string, world: World, paths: string[]]>([
    ['under HOME', { env: { HOME: '/h' } }, ['/h/.aws/config', '/h/.aws/credentials']],
    ['under the home of the system', {}, ['/home/user/.aws/config', '/home/user/.aws/credentials']],
    ['nowhere, where nobody knows a home', { homeDir: null }, []],
    [
      'on Windows under USERPROFILE',
      { platform: 'win32', env: { USERPROFILE: 'C:\\u' } },
      ['C:\\u\\.aws\\config', 'C:\\u\\.aws\\credentials'],
    ],
    [
      'on Windows under HOMEDRIVE and HOMEPATH',
      { platform: 'win32', env: { HOMEDRIVE: 'D:', HOMEPATH: '\\u' } },
      ['D:\\u\\.aws\\config', 'D:\\u\\.aws\\credentials'],
    ],
    [
      'on Windows under HOME first',
      { platform: 'win32', env: { HOME: 'E:\\h', USERPROFILE: 'C:\\u' } },
      ['E:\\h\\.aws\\config', 'E:\\h\\.aws\\credentials'],
    ],
    [
      'elsewhere USERPROFILE says nothing',
      { env: { USERPROFILE: '/u', HOMEPATH: '/p' } },
      ['/home/user/.aws/config', '/home/user/.aws/credentials'],
    ],
    [
      'each where its variable says',
      { env: { AWS_CONFIG_FILE: '/c', AWS_SHARED_CREDENTIALS_FILE: '/s' } },
      ['/c', '/s'],
    ],
    ['one where its variable says', { env: { AWS_CONFIG_FILE: '/c' } }, ['/c', '/home/user/.aws/credentials']],
    [
      'the other where its variable says',
      { env: { AWS_SHARED_CREDENTIALS_FILE: '/s' } },
      ['/home/user/.aws/config', '/s'],
    ],
    [
      'a blank variable says nothing',
      { env: { AWS_CONFIG_FILE: ' ' } },
      ['/home/user/.aws/config', '/home/user/.aws/credentials'],
    ],
    [
      '~ is home',
      { env: { AWS_CONFIG_FILE: '~/c', AWS_SHARED_CREDENTIALS_FILE: '~other/s' } },
      ['/home/user/c', '~other/s'],
    ],
    ['~ stays where nobody knows a home', { homeDir: null, env: { AWS_CONFIG_FILE: '~/c' } }, ['~/c']],
    ['a relative path stays one', { env: { AWS_CONFIG_FILE: 'c', AWS_SHARED_CREDENTIALS_FILE: './s' } }, ['./s', 'c']],
  ])('%s', async (_name, world, paths) => {
    expect(await reads(world)).toEqual(paths)
  })

  test('what is named in code wins', async () => {
    const world = {
      env: { AWS_CONFIG_FILE: '/c', AWS_SHARED_CREDENTIALS_FILE: '/s' },
      files: { '/code/c': '', '/home/user/s': '' },
    }
    expect(await reads(world, { configFile: '/code/c', credentialsFile: '~/s' })).toEqual(['/code/c', '/home/user/s'])
  })
})

test('files that are not there are empty', async () => {
  const config = await loadSharedConfig(fakeHost({ env: { AWS_CONFIG_FILE: '/none' } }))
  for (const records of Object.values(config)) expect(Object.keys(records)).toEqual([])
})

test('a file may begin with a byte order mark', async () => {
  const config = await loadSharedConfig(
    fakeHost({ files: { '/home/user/.aws/config': '\ufeff[default]\nregion = a' } }),
  )
  expect(config.profiles['default']).toEqual({ region: 'a' })
})

describe('a file that cannot be used is an error that names it', () => {
  const CONFIG = '/home/user/.aws/config'
  const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const systemError = (code: string) => Object.assign(new Error(`${code}: ${SECRET}`), { code })

  test.each<[name: string, code: string, text: string, line: number | undefined, content: string | Uint8Array | Error]>(
    [
      ['it may not be read', 'FILE_UNREADABLE', '(EACCES)', undefined, systemError('EACCES')],
      ['it is a folder', 'FILE_UNREADABLE', '(EISDIR)', undefined, systemError('EISDIR')],
      ['it is a circle of links', 'FILE_UNREADABLE', '(ELOOP)', undefined, systemError('ELOOP')],
      [
        'it cannot be read for a reason without a name',
        'FILE_UNREADABLE',
        'cannot be read.',
        undefined,
        new Error(SECRET),
      ],
      [
        'it cannot be read for a reason with an odd name',
        'FILE_UNREADABLE',
        'cannot be read.',
        undefined,
        systemError(`E_${SECRET}`),
      ],
      ['it is too large', 'CONFIG_INVALID', '1 MiB', undefined, new Uint8Array(1_048_577)],
      ['it is no text', 'CONFIG_INVALID', 'UTF-8', undefined, new Uint8Array([0x5b, 0xff, 0x5d])],
      ['it is malformed', 'CONFIG_INVALID', 'neither', 2, `[default]\naws_secret_access_key ${SECRET}`],
    ],
  )('%s', async (_name, code, text, line, content) => {
    for (const path of [CONFIG, '/home/user/.aws/credentials']) {
      const error = await failureOf(loadSharedConfig(fakeHost({ files: { [path]: content } })))
      expect(error).toMatchObject({ code, source: 'profile', message: expect.stringContaining(text) })
      expect(error['location']).toEqual(line === undefined ? { file: path } : { file: path, line })
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(SECRET.slice(0, 8))
    }
  })

  test('a file of 1 MiB is read', async () => {
    const content = `[default]\na = ${'x'.repeat(1_048_576 - 14)}`
    expect(content).toHaveLength(1_048_576)
    await expect(loadSharedConfig(fakeHost({ files: { [CONFIG]: content } }))).resolves.toBeDefined()
  })

  test.each([{ configFile: '/none' }, { credentialsFile: '/none' }])(
    '%o: named in code it must be there',
    async (files) => {
      expect(await failureOf(loadSharedConfig(fakeHost(), files))).toMatchObject({
        code: 'FILE_MISSING',
        location: { file: '/none' },
      })
    },
  )
})
