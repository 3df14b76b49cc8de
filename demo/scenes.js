/** The places: variables, files and options that make a program believe it runs there. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromCi, fromLogin, fromProcess, fromSso } from '@rolecall/credentials'

export async function createScenes(sandbox, home) {
  const { accessKeyId, secretAccessKey } = await sandbox.createUser('scenes')
  const { arn: roleArn } = await sandbox.createRole({
    name: 'deploy',
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' }],
    },
  })
  const config = writeFiles(home, { accessKeyId, secretAccessKey, roleArn })
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const profile = (name) => ({ env: { AWS_CONFIG_FILE: config, AWS_PROFILE: name }, flags: [] })
  const instance = { ...(await sandbox.env('ec2')) }

  return {
    scenes: [
      { place: 'keys in two variables', env: keys, flags: [] },
      { place: 'keys given in code', env: {}, options: { credentials: { accessKeyId, secretAccessKey } } },
      { place: 'a profile with keys', ...profile('keys') },
      { place: 'a profile that assumes a role with the keys of another', ...profile('deploy') },
      { place: 'a profile whose credential_process is a program', ...profile('program') },
      {
        place: 'that program alone',
        env: { AWS_CONFIG_FILE: config, AWS_PROFILE: 'program' },
        flags: ['--provider', 'process'],
        options: { sources: [fromProcess()] },
      },
      {
        place: 'an EKS service account with a web identity token',
        env: await sandbox.env('web-identity'),
        flags: [],
      },
      {
        place: 'a job of GitHub Actions, with a token of its own',
        env: await sandbox.env('github-actions'),
        options: { sources: [fromCi()] },
        flags: [],
      },
      {
        place: 'a pipeline of Azure DevOps, by its service connection',
        env: await sandbox.env('azure-devops'),
        options: { sources: [fromCi()] },
        flags: ['--provider', 'ci'],
      },
      { place: 'an ECS task', env: await sandbox.env('ecs'), flags: [] },
      { place: 'an EKS pod with Pod Identity', env: await sandbox.env('eks'), flags: [] },
      { place: 'an EC2 instance with a role, by IMDSv2', env: instance, flags: [] },
      { place: 'a person who has signed in with IAM Identity Center', env: await sandbox.env('sso'), flags: [] },
      {
        place: 'that sign-in alone',
        env: await sandbox.env('sso'),
        flags: ['--provider', 'sso'],
        options: { sources: [fromSso()] },
      },
      {
        place: 'a person who has signed in with aws login',
        env: await sandbox.env('login'),
        flags: ['--provider', 'login'],
        options: { sources: [fromLogin()] },
      },
      {
        place: 'a role on top of whatever was found',
        env: await sandbox.env('ecs'),
        options: { role: { roleArn } },
        flags: ['--role-arn', roleArn],
      },
    ],
    broken: {
      place: 'the profile names a source whose secret key is missing.',
      env: { AWS_CONFIG_FILE: config, AWS_PROFILE: 'broken' },
    },
  }
}

function writeFiles(home, { accessKeyId, secretAccessKey, roleArn }) {
  const program = join(home, 'print-credentials')
  const output = JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey })
  writeFileSync(program, `#!/bin/sh\nprintf '%s' '${output}'\n`)
  chmodSync(program, 0o700)

  mkdirSync(join(home, '.aws'))
  const config = join(home, '.aws/config')
  writeFileSync(
    config,
    `[profile keys]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}

[profile deploy]
role_arn = ${roleArn}
source_profile = keys

[profile program]
credential_process = ${program}

[profile broken]
role_arn = ${roleArn}
source_profile = half

[profile half]
aws_access_key_id = ${accessKeyId}
`,
    { mode: 0o600 },
  )
  return config
}
