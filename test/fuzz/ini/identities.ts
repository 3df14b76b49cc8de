/** Plain files whose profiles lead to keys and roles in every way, and why others come to other identities. */
import type { Random } from '../random.ts'
import type { Files, Implementation } from './files.ts'
import { identifyOurs } from './implementations.ts'
import type { Rewrite } from './rewrites.ts'

export const PROFILES = ['default', 'a', 'b', 'c'] as const

type Name = (typeof PROFILES)[number]
type Settings = Record<string, string>
/** Settings by profile. */
export type Plan = Readonly<Record<keyof Files, Readonly<Partial<Record<Name, Settings>>>>>

const ID = 'aws_access_key_id'
const SECRET = 'aws_secret_access_key'

export type IdentityRule = Pick<Rewrite, 'name' | 'why'> & { readonly apply: (plan: Plan, asked: Name) => Plan }

/** Each rewrites the plan to one that means the same to us, and does without what is read differently. */
export const RULES: readonly IdentityRule[] = [
  {
    name: 'D12',
    why: 'both files are merged, and a pair may be split over them; botocore wants it in one',
    apply: (plan) =>
      eachProfile(plan, (config, credentials) => [without(config, ID, SECRET), { ...keysOf(config), ...credentials }]),
  },
  {
    name: 'D18',
    why: 'half a pair beside a role is passed over and the role is followed; botocore stops at the half',
    apply: (plan) =>
      eachProfile(plan, (config, credentials) => {
        const { role_arn: role, [ID]: id, [SECRET]: secret } = { ...config, ...credentials }
        return !role || (id && secret) ? [config, credentials] : withoutKeys(config, credentials)
      }),
  },
  {
    name: 'role without source',
    why: 'a profile with a role and no source for it is an error; JavaScript takes the static keys beside it',
    apply: (plan, asked) =>
      eachProfile(plan, (config, credentials, name) => {
        const { role_arn: role, source_profile: source } = { ...config, ...credentials }
        return name === asked && role && !source ? withoutKeys(config, credentials) : [config, credentials]
      }),
  },
  {
    name: 'circle',
    why: 'a circle of profiles is an error; JavaScript stops where it comes back to static keys',
    apply: (plan, asked) =>
      eachProfile(plan, (config, credentials, name) =>
        name === asked && leadsBack(plan, asked) ? withoutKeys(config, credentials) : [config, credentials],
      ),
  },
]

export function generatePlan(random: Random): Plan {
  const file = (chance: number) =>
    Object.fromEntries(PROFILES.filter(() => random.chance(chance)).map((name) => [name, settings(name, random)]))
  return { config: file(0.8), credentials: file(0.4) }
}

function settings(name: Name, random: Random): Settings {
  const made: Settings = { region: 'eu-west-1' }
  const [half, other] = random.pick([
    [ID, SECRET],
    [SECRET, ID],
  ] as const)
  if (random.chance(0.6)) made[half] = `${half === ID ? 'AKIA' : 'secret'}-${name}-${random.below(100)}`
  if (made[half] && random.chance(0.7)) made[other] = `${other === ID ? 'AKIA' : 'secret'}-${name}-${random.below(100)}`
  if (random.chance(0.5)) made['role_arn'] = `arn:aws:iam::123456789012:role/${name}`
  if (random.chance(0.5)) made['source_profile'] = random.pick([...PROFILES, 'not-there'])
  return made
}

export function writePlan(plan: Plan): Files {
  const write = (file: keyof Files): string =>
    Object.entries(plan[file])
      .map(([name, settings]) => {
        const header = file === 'config' && name !== 'default' ? `profile ${name}` : name
        return `[${header}]\n${Object.entries(settings)
          .map(([key, value]) => `${key} = ${value}\n`)
          .join('')}`
      })
      .join('')
  return { config: write('config'), credentials: write('credentials') }
}

/** By profile: the rules without which both come to the same identity; undefined where that does not help. */
export async function explainIdentities(
  other: Implementation,
  plan: Plan,
): Promise<readonly (readonly string[] | undefined)[]> {
  const ours = identifyOurs(writePlan(plan), PROFILES)
  const theirs = await other.identify(writePlan(plan), PROFILES)
  return Promise.all(
    PROFILES.map((asked, at) => (ours[at] === theirs[at] ? [] : explainIdentity(other, plan, asked, ours[at]))),
  )
}

async function explainIdentity(
  other: Implementation,
  plan: Plan,
  asked: Name,
  ours: string | undefined,
): Promise<readonly string[] | undefined> {
  const isSame = async (rules: readonly IdentityRule[]): Promise<boolean> => {
    const files = writePlan(rules.reduce((changed, { apply }) => apply(changed, asked), plan))
    const [theirs] = await other.identify(files, [asked])
    return theirs === ours
  }
  let needed = RULES
  if (!(await isSame(needed))) return undefined
  for (const rule of RULES) {
    const fewer = needed.filter((each) => each !== rule)
    if (await isSame(fewer)) needed = fewer
  }
  return needed.map(({ name }) => name)
}

/** By the sources of roles, from one profile to another and back. */
function leadsBack(plan: Plan, asked: Name): boolean {
  const sourceOf = (name: Name): Name | undefined => {
    const settings: Settings = { ...plan.config[name], ...plan.credentials[name] }
    return settings['role_arn'] ? PROFILES.find((source) => source === settings['source_profile']) : undefined
  }
  let next = sourceOf(asked)
  for (let steps = 0; next !== undefined && next !== asked && steps < PROFILES.length; steps++) next = sourceOf(next)
  return next === asked && sourceOf(asked) !== asked
}

function eachProfile(
  plan: Plan,
  change: (config: Settings, credentials: Settings, name: Name) => readonly [Settings, Settings],
): Plan {
  const config: Partial<Record<Name, Settings>> = { ...plan.config }
  const credentials: Partial<Record<Name, Settings>> = { ...plan.credentials }
  for (const name of PROFILES) {
    if (!config[name] && !credentials[name]) continue
    const [ofConfig, ofCredentials] = change(config[name] ?? {}, credentials[name] ?? {}, name)
    config[name] = ofConfig
    credentials[name] = ofCredentials
  }
  return { config, credentials }
}

function withoutKeys(config: Settings, credentials: Settings): [Settings, Settings] {
  return [without(config, ID, SECRET), without(credentials, ID, SECRET)]
}

function keysOf(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => key === ID || key === SECRET))
}

function without(settings: Settings, ...keys: string[]): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)))
}
