/** The job that `trust create` is asked to trust: which options each issuer needs, and which it may have. */
import type { TrustedJob } from '@rolecall/credentials/trust'
import { usageFailure } from '../failure.ts'

type Provider = TrustedJob['provider']
type Values = Readonly<Record<string, unknown>>

interface Needs {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

const NEEDS: Readonly<Record<Provider, Needs>> = {
  github: { required: ['repo'], optional: ['branch', 'environment', 'tag', 'owner-id', 'repo-id', 'issuer'] },
  gitlab: { required: ['repo'], optional: ['branch', 'tag', 'project-id', 'issuer'] },
  bitbucket: { required: ['workspace', 'workspace-id', 'repo-id'], optional: ['environment-id'] },
  circleci: { required: ['org-id', 'project-id'], optional: ['branch'] },
  buildkite: { required: ['org', 'pipeline'], optional: ['branch'] },
  'azure-devops': { required: ['org-id', 'org', 'project', 'service-connection'], optional: [] },
  terraform: { required: ['org', 'project', 'workspace'], optional: ['run-phase'] },
  kubernetes: { required: ['issuer', 'namespace', 'service-account'], optional: [] },
}
const OF_JOBS = new Set(Object.values(NEEDS).flatMap(({ required, optional }) => [...required, ...optional]))

/** @throws Failure `USAGE` */
export function readTrustedJob(values: Values): TrustedJob {
  const fail = (problem: string, remedy: string): Error => usageFailure(problem, remedy, 'trust create')
  const provider = values['provider'] as Provider | undefined
  if (!provider) throw fail('nothing says whose jobs', `Name --provider: ${Object.keys(NEEDS).join(', ')}. `)
  if (!values['account']) throw fail('nothing says which account', 'Name --account ID. ')
  const { required, optional } = NEEDS[provider]
  const missing = required.filter((name) => !values[name]).map((name) => `--${name}`)
  if (missing.length > 0) throw fail(`--provider ${provider} needs ${missing.join(', ')}`, '')
  const foreign = [...OF_JOBS].filter((name) => values[name] && ![...required, ...optional].includes(name))
  if (foreign.length > 0) throw fail(`--${foreign[0]} is not for --provider ${provider}`, 'Leave it out. ')

  const fields = [...required, ...optional].map((name) => [camelCase(name), values[name]])
  return { provider, ...Object.fromEntries(fields) } as TrustedJob
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
