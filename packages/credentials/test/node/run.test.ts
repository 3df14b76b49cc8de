import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCredentials } from '../../src/index.ts'
import type { Host } from '../../src/model/host.ts'
import { nodeHost } from '../../src/node.ts'
import { fromProcess } from '../../src/providers/process.ts'
import { failureOf } from '../fake-host.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const never = new AbortController().signal
const run = async (line: string, rest: object = {}, signal = never) => {
  const { exitCode, stdout, stderr } = await nodeHost().run({ line, ...rest }, signal)
  return { exitCode, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) }
}
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
const until = async (condition: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5_000
  while (!condition() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(condition()).toBe(true)
}

test.each<[line: string, expected: object]>([
  ['echo out; echo err >&2', { exitCode: 0, stdout: 'out\n', stderr: 'err\n' }],
  ['exit 3', { exitCode: 3, stdout: '', stderr: '' }],
  ['printf a | tr a b', { exitCode: 0, stdout: 'b' }],
  ['printf "%s" "a  b"', { stdout: 'a  b' }],
  ['kill -9 $$', { exitCode: 1 }],
  ['/no/such/program', { exitCode: 127 }],
  ['cat', { exitCode: 0, stdout: '' }],
])('%s', async (line, expected) => {
  expect(await run(line)).toMatchObject(expected)
})

test('a quoted path with spaces works, with and without arguments', async () => {
  const path = join(folder, 'my program.sh')
  writeFileSync(path, '#!/bin/sh\nprintf "got %s" "$1"', { mode: 0o755 })
  expect((await run(`"${path}"`)).stdout).toBe('got ')
  expect((await run(`"${path}" "a b"`)).stdout).toBe('got a b')
})

test('variables are added and taken out', async () => {
  process.env['ROLECALL_TEST_OUT'] = 'x'
  try {
    const env = { ROLECALL_TEST_IN: 'in', ROLECALL_TEST_OUT: undefined }
    expect(
      (await run('printf "%s" "$ROLECALL_TEST_IN-$ROLECALL_TEST_OUT-"; test -n "$PATH" && printf path', { env }))
        .stdout,
    ).toBe('in--path')
  } finally {
    delete process.env['ROLECALL_TEST_OUT']
  }
})

describe('output has an end', () => {
  test('of 64 KiB: one byte more ends it', async () => {
    expect((await run('head -c 65536 /dev/zero')).stdout).toHaveLength(65_536)
    expect(await failureOf(run('head -c 65537 /dev/zero'))).toMatchObject({ code: 'EFBIG' })
  })

  test('or of what it is given, of both streams together', async () => {
    expect(await failureOf(run('printf 12345; printf 67890 >&2', { maxOutputBytes: 9 }))).toMatchObject({
      code: 'EFBIG',
    })
    expect(await run('printf 12345; printf 67890 >&2', { maxOutputBytes: 10 })).toMatchObject({
      stdout: '12345',
      stderr: '67890',
    })
  })

  test('a program that prints without end is stopped', async () => {
    const pidFile = join(folder, 'yes.pid')
    await failureOf(run(`echo $$ > ${pidFile}; exec yes`))
    const pid = Number(readFileSync(pidFile, 'utf8'))
    await until(() => !isAlive(pid))
  })
})

describe('an abort', () => {
  /** Ignores what can be ignored, and has a child that does so too and holds the output. */
  const stubborn = (name: string): string => {
    const path = join(folder, `${name}.sh`)
    writeFileSync(
      path,
      `trap '' TERM INT HUP\n(trap '' TERM INT HUP; echo $$ > ${folder}/${name}.parent; sh -c 'trap "" TERM INT HUP; echo $$ > ${folder}/${name}.child; while :; do sleep 1; done') &\nwait\nwhile :; do sleep 1; done\n`,
    )
    return `sh ${path}`
  }
  const pidOf = (name: string): number => Number(readFileSync(join(folder, name), 'utf8'))

  test('comes out as it went in, at once, and ends the whole group', async () => {
    const caller = new AbortController()
    const reason = new Error('enough')
    const outcome = failureOf(run(stubborn('aborted'), {}, caller.signal))
    await until(() => existsSync(join(folder, 'aborted.child')) && pidOf('aborted.child') > 0)
    const pids = [pidOf('aborted.parent'), pidOf('aborted.child')]
    expect(pids.map(isAlive)).toEqual([true, true])
    caller.abort(reason)
    expect(await outcome).toBe(reason)
    await until(() => pids.every((pid) => !isAlive(pid)))
  })

  test('is what a deadline does: the provider ends in its time', async () => {
    const provided = fromProcess({ command: stubborn('late'), timeoutMs: 700 }).provide({
      host: nodeHost(),
      signal: never,
    })
    expect(await failureOf(Promise.resolve(provided))).toMatchObject({ code: 'TIMEOUT' })
    const pids = [pidOf('late.parent'), pidOf('late.child')]
    await until(() => pids.every((pid) => !isAlive(pid)))
  })

  test('is what a minute does to the credential_process of a profile', async () => {
    const config = join(folder, 'config')
    writeFileSync(config, `[default]\ncredential_process = ${stubborn('profile')}\n`)
    const host: Host = {
      ...nodeHost(),
      env: { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') },
      async sleep(milliseconds) {
        expect(milliseconds).toBe(60_000)
        await until(() => existsSync(join(folder, 'profile.child')) && pidOf('profile.child') > 0)
      },
    }
    const error = await failureOf(createCredentials({ host })())
    expect(error).toMatchObject({ code: 'TIMEOUT', source: 'profile', location: { file: config, line: 2 } })
    const pids = [pidOf('profile.parent'), pidOf('profile.child')]
    await until(() => pids.every((pid) => !isAlive(pid)))
  })

  test('before it began, begins nothing', async () => {
    const file = join(folder, 'begun')
    expect((await failureOf(run(`touch ${file}`, {}, AbortSignal.abort(new Error('no'))))).message).toBe('no')
    expect(existsSync(file)).toBe(false)
  })

  test('after it ended, does nothing', async () => {
    const caller = new AbortController()
    expect((await run('echo x', {}, caller.signal)).stdout).toBe('x\n')
    caller.abort()
  })
})

test('a program that has ended is not waited for by its children', async () => {
  expect(await run('echo x; sleep 30 &')).toMatchObject({ exitCode: 0, stdout: 'x\n' })
})

test.each<[name: string, said: string, prepare: (path: string) => void]>([
  ['is not there', 'its program was not found', () => {}],
  ['is no program', 'its program may not be run', (path) => writeFileSync(path, 'exit 0', { mode: 0o644 })],
  ['is a folder', 'its program may not be run', (path) => mkdirSync(path)],
])('a program that %s is an error that says so, and names no argument', async (name, said, prepare) => {
  const path = join(folder, name.replaceAll(' ', '-'))
  prepare(path)
  const provider = fromProcess({ command: `${path} --password hunter2` })
  const error = await failureOf(Promise.resolve(provider.provide({ host: nodeHost(), signal: never })))
  expect(error).toMatchObject({ code: 'PROCESS_FAILED', message: expect.stringContaining(said) })
  expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
})

test('nothing that it printed is part of an error', async () => {
  const command =
    'echo \'{"SecretAccessKey":"hunter2-on-stdout"}\'; echo hunter2-on-stderr >&2; exit 1 # hunter2-in-line'
  const error = await failureOf(Promise.resolve(fromProcess({ command }).provide({ host: nodeHost(), signal: never })))
  expect(error).toMatchObject({ code: 'PROCESS_FAILED', message: expect.stringContaining('status 1') })
  expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
})
