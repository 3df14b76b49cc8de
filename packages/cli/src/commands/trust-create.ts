import { type Command, defineCommand } from '../command.ts'

export const trustCreateCommand: Command = defineCommand({
  name: 'trust create',
  summary: 'write a trust policy for the jobs of one project, safe by default',
  usage: '--provider NAME --account ID [options]',
  about:
    'With ids, where the issuer has them, the role stays with the project through renames, and a name that is given up opens nothing. What is written passes trust lint.',
  options: {
    provider: {
      value: 'NAME',
      summary:
        'whose jobs: github, gitlab, bitbucket, circleci, buildkite, azure-devops, terraform (HCP) or kubernetes',
      choices: ['github', 'gitlab', 'bitbucket', 'circleci', 'buildkite', 'azure-devops', 'terraform', 'kubernetes'],
    },
    account: {
      value: 'ID',
      summary: 'account of the role',
      pattern: { test: /^\d{12}$/, expected: 'the twelve digits of an account' },
    },
    partition: {
      value: 'NAME',
      summary: 'default aws',
      pattern: { test: /^aws(-[a-z]+)*$/, expected: 'a partition, such as aws, aws-cn or aws-us-gov' },
    },
    audience: { value: 'TEXT', summary: 'what the jobs name as audience; default: what is usual for the issuer' },
    format: {
      value: 'FORMAT',
      summary: 'json (default), terraform or cloudformation',
      choices: ['json', 'terraform', 'cloudformation'],
    },
    repo: { value: 'OWNER/REPO', summary: 'github, gitlab: the repository' },
    branch: { value: 'NAME', summary: 'github, gitlab, circleci, buildkite: jobs of this branch' },
    tag: { value: 'NAME', summary: 'github, gitlab: jobs of this tag; * and ? are wildcards' },
    environment: { value: 'NAME', summary: 'github: jobs in this environment' },
    'owner-id': { value: 'NUMBER', summary: 'github: id of the owner' },
    'repo-id': { value: 'ID', summary: 'github: id of the repository; bitbucket: its UUID' },
    'project-id': { value: 'ID', summary: 'circleci: UUID of the project; gitlab.com: its number' },
    'org-id': { value: 'UUID', summary: 'circleci, azure-devops: id of the organisation' },
    org: { value: 'NAME', summary: 'buildkite, azure-devops, terraform: the organisation' },
    project: { value: 'NAME', summary: 'azure-devops, terraform: the project' },
    workspace: { value: 'NAME', summary: 'bitbucket, terraform: the workspace' },
    'workspace-id': { value: 'UUID', summary: 'bitbucket: id of the workspace' },
    'environment-id': { value: 'UUID', summary: 'bitbucket: id of a deployment environment' },
    pipeline: { value: 'NAME', summary: 'buildkite: the pipeline' },
    'service-connection': { value: 'NAME', summary: 'azure-devops: the service connection' },
    'run-phase': { value: 'PHASE', summary: 'terraform: plan or apply; default both', choices: ['plan', 'apply'] },
    issuer: { value: 'URL', summary: 'kubernetes: the cluster; gitlab, github: an instance of your own' },
    namespace: { value: 'NAME', summary: 'kubernetes: the namespace' },
    'service-account': { value: 'NAME', summary: 'kubernetes: the service account' },
  },
  examples: [
    {
      line: 'rolecall trust create --provider github --account 111122223333 --repo acme/app --environment prod',
      does: 'one environment of a repository',
    },
    {
      line: 'rolecall trust create --provider github --account 111122223333 --repo acme/app --owner-id 42 --repo-id 7 --branch main',
      does: 'one branch, by ids',
    },
    {
      line: 'rolecall trust create --provider kubernetes --account 111122223333 --issuer URL --namespace web --service-account api --format terraform',
      does: 'a service account, for Terraform',
    },
  ],
  run: async ({ options }) => {
    const { readTrustedJob } = await import('../trust/trusted-job.ts')
    const { createTrustPolicy } = await import('@rolecall/credentials/trust')
    const { asUsage } = await import('../trust/usage.ts')
    const { writeErr, writeOut } = await import('../output.ts')
    const { account, partition, audience } = options
    const job = readTrustedJob(options)
    const created = asUsage(() => createTrustPolicy(job, { account: account ?? '', partition, audience }))
    if (options.format === 'terraform') writeOut((await import('../trust/terraform.ts')).writeTerraform(created.policy))
    else if (options.format === 'cloudformation')
      writeOut((await import('../trust/cloudformation.ts')).writeCloudFormation(created.policy))
    else writeOut(`${JSON.stringify(created.policy, null, 2)}\n`)
    if (!options.json)
      writeErr(`The account needs an identity provider for ${created.issuer} with the audience ${created.audience}.\n`)
    return 0
  },
})
