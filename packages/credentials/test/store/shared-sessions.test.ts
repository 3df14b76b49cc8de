/** The entries of the store as a person sees them, on disks that do not do what they should. */
import { expect, test } from 'vitest'
import { clearSharedSessions, listSharedSessions } from '../../src/shared-sessions.ts'
import { failureOf } from '../fake-host.ts'
import { machine, numberOf } from './store-world.ts'

const CACHE = '/home/user/.aws/cli/cache'
const FOLDER = '/home/user/.cache/rolecall/sessions'
const refuse = (code: string) => () => Promise.reject(Object.assign(new Error('of the system'), { code }))

test('a folder that cannot be looked at or listed is an error that names it', async () => {
  const { host, startProcess } = machine()
  await startProcess()()
  for (const broken of [{ lstat: refuse('EACCES') }, { listDir: refuse('EACCES') }])
    for (const look of [listSharedSessions, clearSharedSessions]) {
      const error = await failureOf(look({ ...host, ...broken }))
      expect(error).toMatchObject({
        code: 'FILE_UNREADABLE',
        source: 'store',
        location: { file: expect.stringMatching(/^\/home\/user\/\.cache\/rolecall/) },
      })
      expect(error.message).toContain('(EACCES)')
      expect(error.message).not.toContain('of the system')
    }
})

test('an entry that cannot be removed is an error that names the folder, and the entry is still listed', async () => {
  const { host, startProcess } = machine()
  await startProcess()()
  expect(await failureOf(clearSharedSessions({ ...host, removeFile: refuse('EROFS') }))).toMatchObject({
    code: 'FILE_UNREADABLE',
    location: { file: FOLDER },
    message: expect.stringContaining('cannot be emptied (EROFS)'),
  })
  expect(await listSharedSessions(host)).toHaveLength(1)
})

test('what is thrown away is asked for anew: no session of ours stays in the AWS CLI’s cache, and its own does', async () => {
  const { host, startProcess } = machine()
  await startProcess()()
  await host.writeFile(`${CACHE}/theirs.json`, new TextEncoder().encode('{"Credentials":{}}'), { mode: 0o600 })
  expect(await clearSharedSessions(host)).toBe(1)
  expect(Object.keys(host.files).filter((file) => file.startsWith(CACHE))).toEqual([`${CACHE}/theirs.json`])
  expect(numberOf(await startProcess()())).toBe(2)
})

test('a session of ours that stays in the AWS CLI’s cache is an error that names its file', async () => {
  const { host, startProcess } = machine()
  await startProcess()()
  const removeFile = (path: string) => (path.startsWith(CACHE) ? refuse('EROFS')() : host.removeFile(path))
  expect(await failureOf(clearSharedSessions({ ...host, removeFile }))).toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining('cannot be removed (EROFS)'),
    location: { file: expect.stringContaining(CACHE) },
  })
})

test('the AWS CLI’s cache that cannot be listed is an error that names it', async () => {
  const { host, startProcess } = machine()
  await startProcess()()
  const listDir = (path: string) => (path === CACHE ? refuse('EACCES')() : host.listDir(path))
  expect(await failureOf(clearSharedSessions({ ...host, listDir }))).toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining('cannot be listed (EACCES)'),
    location: { file: CACHE },
  })
})

test('an entry of another user is none, and the others are listed', async () => {
  const { host, startProcess } = machine()
  await startProcess()()
  const foreign = `${FOLDER}/${'0'.repeat(64)}.json`
  host.files[foreign] = ''
  const lstat = async (path: string) => {
    const status = await host.lstat?.(path)
    return status && { ...status, isOwn: path !== foreign }
  }
  const readFile = (path: string) => (path === foreign ? refuse('EACCES')() : host.readFile(path))
  expect(await listSharedSessions({ ...host, lstat, readFile })).toHaveLength(1)
})

test('a failure is listed with its code and when it was', async () => {
  const { host, startProcess } = machine(() => new Response('', { status: 503 }))
  await host.until(failureOf(startProcess()()))
  const [listed] = await listSharedSessions(host)
  expect(listed).toMatchObject({ accessKeyId: undefined, failure: { code: 'SOURCE_UNREACHABLE' } })
  expect(listed?.failure?.at.getTime()).toBeLessThanOrEqual(host.now())
})

test('a sealed entry is listed as one where no key opens it, and where the key is where one does', async () => {
  const { host, startProcess } = machine()
  Object.assign(host.env, { ROLECALL_STORE_KEY: 'env', ROLECALL_STORE_SECRET: 'A'.repeat(43) })
  await startProcess()()
  expect(await listSharedSessions(host)).toEqual([
    expect.objectContaining({ kind: 'assume-role', keyIn: 'ROLECALL_STORE_SECRET' }),
  ])
  Object.assign(host.env, { ROLECALL_STORE_KEY: undefined })
  expect(await listSharedSessions(host)).toEqual([
    expect.objectContaining({ kind: 'sealed', accessKeyId: undefined, keyIn: undefined }),
  ])
})
