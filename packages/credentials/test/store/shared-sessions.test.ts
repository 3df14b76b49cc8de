/** The entries of the store as a person sees them, on disks that do not do what they should. */
import { expect, test } from 'vitest'
import { clearSharedSessions, listSharedSessions } from '../../src/shared-sessions.ts'
import { failureOf } from '../fake-host.ts'
import { machine } from './store-world.ts'

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
