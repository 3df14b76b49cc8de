/** A credential_process is in a group of its own, where no terminal and no supervisor ends it. */
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { serve, until } from './serve-world.ts'
import { createHome, startRolecall } from './world.ts'

const PROGRAM = `
  const { writeFileSync, existsSync } = require('node:fs')
  const soon = new Date(Date.now() + 500).toISOString()
  const keys = { Version: 1, AccessKeyId: 'ASIAFIRST', SecretAccessKey: 's', SessionToken: 't', Expiration: soon }
  if (existsSync('first')) console.log(JSON.stringify(keys))
  else {
    writeFileSync('pid', String(process.pid))
    setInterval(() => {}, 1000)
  }`

/** A home whose credential_process hangs; with `first`, until that is removed, it gives keys that end soon. */
function createHangingHome(files: Record<string, string> = {}) {
  const config = `[default]\ncredential_process = '${process.execPath}' process.cjs\n`
  const home = createHome({ 'process.cjs': PROGRAM, '.aws/config': config, ...files })
  const file = join(home, 'pid')
  const findPid = async (): Promise<number> => {
    const pid = await until(
      () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0),
      (pid) => pid > 0,
    )
    onTestFinished(() => end(pid))
    return pid
  }
  return { home, findPid }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('export that is ended by %s ends it', async (signal) => {
  const { home, findPid } = createHangingHome()
  const child = startRolecall(['export'], { home })
  const pid = await findPid()
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([null, signal])
  await until(
    () => isAlive(pid),
    (alive) => !alive,
  )
})

test('serve that ends in the middle of a renewal ends it', async () => {
  const { home, findPid } = createHangingHome({ first: '' })
  const served = await serve([], { home })
  rmSync(join(home, 'first'))
  const pid = await findPid()
  served.child.kill('SIGTERM')
  expect((await served.ended).status).toBe(0)
  await until(
    () => isAlive(pid),
    (alive) => !alive,
  )
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function end(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}
