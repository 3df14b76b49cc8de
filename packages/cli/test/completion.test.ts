import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROLECALL } from '../src/commands/index.ts'
import { renderCompletion } from '../src/completion/index.ts'
import { listAllCommands, TREE } from './command-tree.ts'
import { bareEnv, createHome, ROLECALL as PROGRAM, rolecall, run } from './world.ts'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const

test.each(SHELLS)('%s gets every command and option', async (shell) => {
  const { status, stdout, stderr } = await rolecall(['completion', shell])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe(await renderCompletion(shell, ROLECALL))
  for (const { name, options } of await listAllCommands(ROLECALL)) {
    for (const word of name.split(' ')) expect(stdout).toContain(word)
    for (const [option, { hidden }] of Object.entries(options))
      if (!hidden) expect(stdout).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`)
  }
})

/** What bash would offer at the end of the line. */
async function complete(words: readonly string[], script = 'rolecall completion bash'): Promise<string[]> {
  const home = createHome({ '.aws/config': '[profile dev]\n[profile $(touch pwned)]\n[default]\nregion = eu-west-1\n' })
  writeFileSync(join(home, 'rolecall'), `#!/bin/sh\nexec node ${PROGRAM} "$@"\n`)
  chmodSync(join(home, 'rolecall'), 0o755)
  const env = bareEnv(home)
  const line = `
    source <(${script})
    COMP_WORDS=(rolecall "$@")
    COMP_CWORD=$#
    _rolecall
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = await run('bash', ['-c', line, 'bash', ...words], {
    ...env,
    PATH: `${home}:${env['PATH']}`,
  })
  expect(stderr).toBe('')
  return stdout.split('\n').filter(Boolean)
}

test.each<[line: string[], offers: string[]]>([
  [['ex'], ['explain', 'export', 'exec']],
  [['export', '--for'], ['--format']],
  [['export', '--format', 'po'], ['powershell']],
  [['--json', 'export', '--read'], ['--read-only']],
  [['explain', '--provider', 'co'], ['container']],
  [
    ['explain', '--profile', 'd'],
    ['dev', 'default'],
  ],
  [['--profile', 'dev', 'who'], ['whoami']],
  [['completion', 'po'], ['powershell']],
  [
    ['sandbox', '--place', 'ec'],
    ['ecs', 'ec2'],
  ],
  [['explain', '--region', 'eu'], []],
])('bash offers for %j: %j', async (line, offers) => {
  expect((await complete(line)).sort()).toEqual([...offers].sort())
})

test.each<[line: string[], offers: string[]]>([
  [['th'], ['things']],
  [['things', 'm'], ['move']],
  [['--json', 'things', '--profile', 'dev', 'm'], ['move']],
  [['things', 'move', '--c'], ['--colour']],
  [
    ['things', 'move', '--colour', ''],
    ['red', 'green'],
  ],
  [['paint', '--colour', ''], ['blue']],
  [['paint', 'wa'], ['wall']],
  [['paint', '--provider', 'e'], []],
  [['things', 'move', '--provider', 'e'], ['env']],
])('with commands in groups bash offers for %j: %j', async (line, offers) => {
  const script = join(createHome({ 'rolecall.bash': await renderCompletion('bash', TREE) }), 'rolecall.bash')
  expect((await complete(line, `cat ${script}`)).sort()).toEqual([...offers].sort())
})

test('bash offers programs after --', async () => {
  expect(await complete(['exec', '--', 'bas'])).toContain('bash')
})

test('bash reads its script without an error', async () => {
  const { stdout } = await rolecall(['completion', 'bash'])
  expect(await run('bash', ['-n'], bareEnv('/nowhere'), stdout)).toEqual({ status: 0, stdout: '', stderr: '' })
})
