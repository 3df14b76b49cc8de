/** Commands with all that commands can have, and a way to list any tree of them. */
import { type Command, type CommandGroup, defineCommand, isGroup, loadCommands } from '../src/command.ts'

/** What the last command was run with. */
export const ran: { options?: object; operands?: object } = {}

const move = defineCommand({
  name: 'things move',
  summary: 'take a thing elsewhere',
  usage: 'FROM TO [options]',
  operands: { FROM: { summary: 'where it is', completes: 'files' }, TO: { summary: 'where it goes' } },
  options: { colour: { value: 'NAME', summary: 'paint it', choices: ['red', 'green'] } },
  examples: [{ line: 'rolecall things move attic cellar', does: 'downstairs' }],
  run: async ({ operands: { FROM, TO }, options: { colour, json } }) => {
    const colours: 'red' | 'green' | undefined = colour
    Object.assign(ran, { operands: { from: FROM.toUpperCase(), to: TO.toUpperCase() }, options: { colours, json } })
    return 0
  },
})

const list = defineCommand({
  name: 'things ls',
  summary: 'list things',
  usage: '[PLACE]',
  operands: { PLACE: { summary: 'only there', optional: true } },
  options: {},
  examples: [{ line: 'rolecall things ls', does: 'all of them' }],
  run: async ({ operands }) => {
    const place: string | undefined = operands.PLACE
    Object.assign(ran, { operands: { place } })
    return 0
  },
})

const paint = defineCommand({
  name: 'paint',
  summary: 'paint a part of the house',
  usage: 'PART [options]',
  operands: { PART: { summary: 'what to paint', choices: ['wall', 'door'] } },
  options: {
    colour: { value: 'NAME', summary: 'the only one there is', choices: ['blue'] },
    provider: { value: 'SHOP', summary: 'where the paint comes from' },
  },
  examples: [{ line: 'rolecall paint door --colour blue', does: 'the door, blue' }],
  run: async ({ operands, options }) => {
    const part: 'wall' | 'door' = operands.PART
    Object.assign(ran, { operands: { part }, options: { provider: options.provider } })
    return 0
  },
})

const things: CommandGroup = {
  name: 'things',
  summary: 'what is in the house',
  about: 'Nothing is thrown away.',
  examples: [{ line: 'rolecall things ls', does: 'all of them' }],
  commands: { ls: async () => list, move: async () => move },
}

export const TREE: CommandGroup = {
  name: '',
  summary: 'a house',
  examples: [],
  commands: { things: async () => things, paint: async () => paint },
}

/** The commands of a group and of the groups in it, by what is typed to reach each. */
export async function listAllCommands(group: CommandGroup): Promise<(Command & { typed: string })[]> {
  const loaded = await loadCommands(group)
  const lists = Object.keys(group.commands).map(async (word, index) => {
    const typed = group.name ? `${group.name} ${word}` : word
    const command = loaded[index] as Command | CommandGroup
    return isGroup(command) ? listAllCommands(command) : [{ ...command, typed }]
  })
  return (await Promise.all(lists)).flat()
}
