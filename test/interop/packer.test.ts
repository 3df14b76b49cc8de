import { beforeAll, describe } from 'vitest'
import type { Ended } from '../program.ts'
import { type Cloud, type Environment, test } from './cloud/cloud-test.ts'
import { listMachines } from './cloud/ec2.ts'
import { IMAGE, PACKER, writeBuild } from './cloud/packer.ts'
import { rolecall, whileServing } from './cloud/rolecall.ts'
import { requireProgram } from './sandbox-child.ts'

beforeAll(() => requireProgram(PACKER, ['version'], 'Packer (apt-get install packer)'))

interface Job {
  readonly cloud: Cloud
  /** What a CI sets for web identity: the role and the token file. */
  readonly identity: Environment
  /** The words of `packer build`. */
  readonly build: readonly string[]
}

async function createJob(cloud: Cloud, provisioner?: string): Promise<Job> {
  const { AWS_ROLE_ARN = '', AWS_WEB_IDENTITY_TOKEN_FILE = '' } = await cloud.sandbox.env('web-identity')
  return { cloud, identity: { AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE }, build: await writeBuild(cloud, provisioner) }
}

type Way = (job: Job) => Promise<Ended>

const byExec: Way = ({ cloud, identity, build }) => cloud.run(rolecall('exec', '--', ...build), identity)

const byExecServe: Way = ({ cloud, identity, build }) =>
  cloud.run(rolecall('exec', '--serve', '--', ...build), identity)

const byServe: Way = ({ cloud, identity, build }) =>
  whileServing(cloud, [], identity, (served) => cloud.run(build, served))

/** Packer is told of the metadata endpoint and of nothing else. */
const byImds: Way = ({ cloud, identity, build }) =>
  whileServing(cloud, ['--imds'], identity, ({ AWS_EC2_METADATA_SERVICE_ENDPOINT = '' }) =>
    cloud.run(build, { AWS_EC2_METADATA_SERVICE_ENDPOINT }),
  )

/** Packer itself sees no role and no token: it would use them. */
const byProcess: Way = async ({ cloud, identity, build }) => {
  const [node, bin, ...args] = rolecall('export', '--profile', 'ci')
  const config = await cloud.write(
    '.aws/config',
    `[profile build]
credential_process = '${node}' '${bin}' ${args.join(' ')}
[profile ci]
role_arn = ${identity['AWS_ROLE_ARN']}
web_identity_token_file = ${identity['AWS_WEB_IDENTITY_TOKEN_FILE']}
`,
  )
  return cloud.run(build, { AWS_CONFIG_FILE: config, AWS_PROFILE: 'build' })
}

/** A step of a build that outlives its sessions of fifteen seconds. */
const LONG = 'provisioner "shell-local" { inline = ["sleep 20"] }'

const AS_THE_ROLE = /^arn:aws:sts::123456789012:assumed-role\/demo-web-identity\//

const FRESH: readonly (readonly [name: string, way: Way])[] = [
  ['rolecall exec --serve', byExecServe],
  ['rolecall serve', byServe],
  ['rolecall serve --imds', byImds],
  ['a credential_process', byProcess],
]

describe.concurrent('packer build makes an image from web identity by', () => {
  test.for([['rolecall exec', byExec] as const, ...FRESH])('%s', async ([_name, way], { startCloud, expect }) => {
    const cloud = await startCloud()
    const ended = await way(await createJob(cloud))
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('AMIs were created') })
    expect(cloud.gateway.calls.length).toBeGreaterThan(15)
    for (const call of cloud.gateway.calls)
      expect(call).toMatchObject({ service: 'ec2', outcome: 'ok', arn: expect.stringMatching(AS_THE_ROLE) })
    expect(await listMachines(cloud)).toEqual({ images: [IMAGE], leftovers: [] })
    expect(await cloud.listTemporary()).toEqual([])
  })
})

/** The variable by which it is known to be Bitbucket is not passed on: the token comes by another name. */
const byTokenVariable: Way = ({ cloud, identity, build }) => {
  const { AWS_ROLE_ARN = '', BITBUCKET_STEP_OIDC_TOKEN: TOKEN = '' } = identity
  return cloud.run(rolecall('exec', '--token-env', 'TOKEN', '--', ...build), { AWS_ROLE_ARN, TOKEN })
}

describe.concurrent('in a CI job', () => {
  const isOfJob = ([name]: [string, string]): boolean => /^(AWS_ROLE_ARN|BITBUCKET_|GITHUB_|ACTIONS_)/.test(name)

  test('of Bitbucket, packer build makes an image with the one token that the step has', async ({
    startCloud,
    expect,
  }) => {
    const cloud = await startCloud()
    const job = Object.fromEntries(Object.entries(await cloud.sandbox.env('bitbucket')).filter(isOfJob))
    const ended = await cloud.run(rolecall('exec', '--', ...(await writeBuild(cloud))), job)
    expect(ended).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('AMIs were created'),
      stderr: expect.stringContaining('Bitbucket Pipelines gives this job one token. Its session ends at'),
    })
    for (const call of cloud.gateway.calls)
      expect(call).toMatchObject({
        outcome: 'ok',
        arn: expect.stringMatching(/\/demo-bitbucket\/bitbucket-acme-app-41$/),
      })
    expect(await listMachines(cloud)).toEqual({ images: [IMAGE], leftovers: [] })
  })

  test('of GitHub, a build outlives its sessions of fifteen seconds: each has a token of its own', async ({
    startCloud,
    expect,
  }) => {
    const cloud = await startCloud({ longestSessionSeconds: 15 })
    const job = Object.fromEntries(Object.entries(await cloud.sandbox.env('github-actions')).filter(isOfJob))
    const ended = await cloud.run(rolecall('exec', '--serve', '--', ...(await writeBuild(cloud, LONG))), job)
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('AMIs were created') })
    const tokens = cloud.sandbox.calls.filter(({ service }) => service === 'github-actions')
    const sessions = cloud.sandbox.calls.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')
    expect(tokens.length).toBeGreaterThan(2)
    expect([tokens.length, tokens.length - 1], 'the last may not be exchanged any more').toContain(sessions.length)
    expect(await listMachines(cloud)).toEqual({ images: [IMAGE], leftovers: [] })
  })

  test.for<[name: string, way: Way]>([
    ['rolecall exec --serve', byExecServe],
    ['rolecall exec --token-env', byTokenVariable],
  ])('of Bitbucket, packer build makes one by %s, too', async ([_name, way], { startCloud, expect }) => {
    const cloud = await startCloud()
    const identity = await cloud.sandbox.env('bitbucket')
    const ended = await way({ cloud, identity, build: await writeBuild(cloud) })
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('AMIs were created') })
    expect(ended.stdout + ended.stderr).not.toContain(identity['BITBUCKET_STEP_OIDC_TOKEN'])
    for (const call of cloud.gateway.calls)
      expect(call).toMatchObject({ outcome: 'ok', arn: expect.stringContaining(':assumed-role/demo-bitbucket/') })
    expect(await listMachines(cloud)).toEqual({ images: [IMAGE], leftovers: [] })
    expect(await cloud.listTemporary()).toEqual([])
  })
})

describe.concurrent('a build that outlives its sessions of fifteen seconds', { timeout: 300_000 }, () => {
  test.for(FRESH)('makes its image and leaves nothing behind by %s', async ([_name, way], { startCloud, expect }) => {
    const cloud = await startCloud({ longestSessionSeconds: 15 })
    const ended = await way(await createJob(cloud, LONG))
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('AMIs were created') })
    expect(new Set(cloud.gateway.calls.map(({ accessKeyId }) => accessKeyId)).size).toBeGreaterThan(1)
    expect(await listMachines(cloud)).toEqual({ images: [IMAGE], leftovers: [] })
    expect(await cloud.listTemporary()).toEqual([])
  })

  test('fails with exported keys, and leaves behind what it began with', async ({ startCloud, expect }) => {
    const cloud = await startCloud({ longestSessionSeconds: 15 })
    const ended = await byExec(await createJob(cloud, LONG))
    expect(ended).toMatchObject({ status: 1, stdout: expect.stringContaining('RequestExpired') })
    const { images, leftovers } = await listMachines(cloud)
    expect(images).toEqual([])
    expect(leftovers).toContainEqual(expect.stringMatching(/^packer_/))
  })
})
