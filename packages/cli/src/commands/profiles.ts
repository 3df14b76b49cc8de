import { type Command, defineCommand } from '../command.ts'

export const profilesCommand: Command = defineCommand({
  name: 'profiles',
  summary: 'list the profiles and what each leads to',
  usage: '[options]',
  about: 'Reads the shared config and credentials files and asks nobody. A * marks the profile in use.',
  options: { names: { summary: 'only the names, one a line', hidden: true } },
  examples: [
    { line: 'rolecall profiles', does: 'all profiles: where they stand, and which are broken' },
    { line: 'rolecall profiles --json | jq -r ".[].name"', does: 'their names, for a program' },
  ],
  run: async ({ options }) => {
    const { chooseProfile, loadSharedConfig, nodeHost, printable } = await import('@rolecall/credentials')
    const { writeOut } = await import('../output.ts')
    const host = nodeHost()
    const config = await loadSharedConfig(host)
    if (options.names) {
      const names = Object.keys(config.profiles).filter((name) => name === printable(name))
      writeOut(names.map((name) => `${name}\n`).join(''))
      return 0
    }
    const { listProfiles } = await import('../profile-list.ts')
    const selected = chooseProfile(host.env, options.profile)
    const profiles = listProfiles(config, selected.name)
    if (options.json) {
      writeOut(`${JSON.stringify(profiles, null, 2)}\n`)
      return 0
    }
    const { renderProfiles } = await import('../render/profiles.ts')
    const { createPaint } = await import('../render/colour.ts')
    writeOut(renderProfiles(profiles, selected, createPaint(options['no-color'], 1)))
    return 0
  },
})
