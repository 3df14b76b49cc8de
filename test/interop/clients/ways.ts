import type { Cloud, Environment } from '../cloud/cloud-test.ts'
import { rolecall, whileServing } from '../cloud/rolecall.ts'

/** How a program gets to what rolecall has found: the columns of the table. */
export const WAYS = ['serve', 'token', 'token file', 'process', 'imds', 'exec'] as const
export type Way = (typeof WAYS)[number]

/** What a way makes of a program's start. */
export interface Start {
  readonly env: Environment
  /** Words that come before the program's own. */
  readonly prefix: readonly string[]
}

/** Runs work with a start by which the program gets sessions of the role demo, as long as the work lasts. */
export async function byWay<T>(cloud: Cloud, way: Way, work: (start: Start) => Promise<T>): Promise<T> {
  const config = await writeConfig(cloud)
  const source = ['--profile', 'source']
  const knowing = { AWS_CONFIG_FILE: config }
  if (way === 'process') return work({ env: { ...knowing, ...OLD_SDK, AWS_PROFILE: 'served' }, prefix: [] })
  if (way === 'exec') return work({ env: knowing, prefix: rolecall('exec', ...source, '--') })
  const flags = way === 'imds' ? ['--imds'] : []
  return whileServing(cloud, [...source, ...flags], knowing, (served) => work({ env: choose(served, way), prefix: [] }))
}

/** SDKs of before 2020 read the config file when told to. */
const OLD_SDK = { AWS_SDK_LOAD_CONFIG: '1' }

const VARIABLES: Partial<Record<Way, readonly string[]>> = {
  token: ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'],
  'token file': ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
  imds: ['AWS_EC2_METADATA_SERVICE_ENDPOINT'],
}

const REGION = ['AWS_REGION', 'AWS_DEFAULT_REGION']

/** What the server says to set, or a part of it. */
function choose(served: Environment, way: Way): Environment {
  const names = VARIABLES[way]
  if (!names) return served
  return Object.fromEntries([...names, ...REGION].map((name) => [name, served[name] ?? '']))
}

async function writeConfig({ sandbox, write }: Cloud): Promise<string> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = await sandbox.env('keys')
  const [node, bin, ...args] = rolecall('export', '--profile', 'source')
  return write(
    'rolecall/config',
    `[profile keys]
aws_access_key_id = ${AWS_ACCESS_KEY_ID}
aws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}
[profile source]
role_arn = arn:aws:iam::123456789012:role/demo
source_profile = keys
[profile served]
region = us-east-1
credential_process = '${node}' '${bin}' ${args.join(' ')}
s3 =
  max_concurrent_requests = 1
`,
  )
}
