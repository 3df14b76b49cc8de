import { expect, test } from 'vitest'
import { type CommandLine, parseCommandLine } from '../src/arguments.ts'
import { ROLECALL } from '../src/commands/index.ts'
import { Failure } from '../src/failure.ts'
import { renderHelp } from '../src/render/help.ts'
import { listAllCommands, ran, TREE } from './command-tree.ts'

async function run(...args: string[]): Promise<typeof ran> {
  const line = await parseCommandLine(args, TREE)
  if (line.asks !== 'run') throw new Error(`the line asks for ${line.asks}`)
  await line.command.run(line.invocation)
  return ran
}

async function help(...args: string[]): Promise<string> {
  const line = await parseCommandLine(args, TREE)
  if (line.asks !== 'help') throw new Error(`the line asks for ${line.asks}`)
  return renderHelp(line.about, (_style, text) => text)
}

test('a command of a group gets its operands by name', async () => {
  expect(await run('things', 'move', 'attic', 'cellar')).toMatchObject({ operands: { from: 'ATTIC', to: 'CELLAR' } })
})

test.each([
  ['after the operands', ['things', 'move', 'attic', '-', '--colour', 'red', '--json']],
  ['before them', ['things', 'move', '--json', '--colour=red', 'attic', '-']],
  ['between the words of the name', ['things', '--json', '--colour', 'red', 'move', 'attic', '-']],
  ['before the name', ['--colour', 'red', '--json', 'things', 'move', 'attic', '-']],
])('options may stand %s', async (_where, args) => {
  expect(await run(...args)).toMatchObject({
    operands: { from: 'ATTIC', to: '-' },
    options: { colours: 'red', json: true },
  })
})

test('an operand may be one that can be left out', async () => {
  expect(await run('things', 'ls')).toMatchObject({ operands: { place: undefined } })
  expect(await run('things', 'ls', 'attic')).toMatchObject({ operands: { place: 'attic' } })
})

test('an option of a command replaces the global one of its name', async () => {
  expect(await run('paint', 'door', '--provider', 'corner-shop')).toMatchObject({
    options: { provider: 'corner-shop' },
  })
  const text = await help('paint', '--help')
  expect(text).toContain('--provider SHOP')
  expect(text).not.toContain('--provider NAME')
})

test.each<[args: string[], source: string, message: string]>([
  [['thing'], 'rolecall', 'there is no command "thing". Did you mean things? See rolecall --help'],
  [['constructor'], 'rolecall', 'there is no command "constructor". See rolecall --help'],
  [['things', 'mvoe'], 'things', 'there is no command "things mvoe". Did you mean move? See rolecall things --help'],
  [['things', '--bogus'], 'things', 'rolecall things has no option "--bogus". See rolecall things --help'],
  [['paint'], 'paint', 'PART is missing. Choose one of wall, door. See rolecall paint --help'],
  [
    ['paint', 'dor'],
    'paint',
    'PART cannot be "dor". Did you mean door? Choose one of wall, door. See rolecall paint --help',
  ],
  [
    ['things', 'move'],
    'things move',
    'FROM is missing. Write rolecall things move FROM TO [options]. See rolecall things move --help',
  ],
  [
    ['things', 'move', 'a'],
    'things move',
    'TO is missing. Write rolecall things move FROM TO [options]. See rolecall things move --help',
  ],
  [
    ['things', 'move', 'a', 'b', 'c'],
    'things move',
    'rolecall things move takes FROM TO, and no argument "c". See rolecall things move --help',
  ],
  [
    ['things', 'move', 'a', 'b', '--', 'c'],
    'things move',
    'rolecall things move runs no command: nothing may follow --. See rolecall things move --help',
  ],
])('%j is wrong usage', async (args, source, message) => {
  const failure = await parseCommandLine(args, TREE).then(
    ({ asks }: CommandLine) => asks,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(Failure)
  expect(failure).toMatchObject({ code: 'USAGE', exitCode: 2, source, message: `${source}: ${message}.` })
})

test('a group alone asks for nothing', async () => {
  expect(await parseCommandLine(['things'], TREE)).toMatchObject({ asks: 'nothing', of: { name: 'things' } })
})

test('the help of a group lists its commands', async () => {
  expect(await help('things', '--help')).toMatch(
    /^Usage {2}rolecall things COMMAND \[options\]\n\nWhat is in the house\. Nothing is thrown away\.\n\nCommands\n {2}ls {2,}list things\n {2}move {2,}take a thing elsewhere\n\n/,
  )
  expect(await help('help', 'things')).toBe(await help('things', '-h'))
})

test('the help of a command tells its arguments', async () => {
  const text = await help('things', 'move', '--help')
  expect(text).toContain('Usage  rolecall things move FROM TO [options]\n')
  expect(text).toMatch(/\nArguments\n {2}FROM {2,}where it is\n {2}TO {2,}where it goes\n\nOptions\n {2}--colour NAME/)
  expect(await help('help', 'things', 'move')).toBe(text)
  expect(await help('things', 'ls', '--help')).toContain('\n  [PLACE] ')
})

test('every command of rolecall has the name by which it is called', async () => {
  const commands = await listAllCommands(ROLECALL)
  expect(commands.length).toBeGreaterThan(8)
  for (const { typed, name } of commands) expect(name).toBe(typed)
})
