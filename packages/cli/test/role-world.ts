import { startSandbox } from '@rolecall/sandbox'
import { onTestFinished } from 'vitest'
import { bareEnv, createHome, type Ended, ROLECALL, run } from './world.ts'

export interface RoleWorld {
  readonly home: string
  readonly arn: string
  /** What makes `deploy` the profile, and the sandbox its STS. */
  readonly env: Record<string, string>
  calls(): number
  rolecall(args: readonly string[], more?: Record<string, string>): Promise<Ended>
}

/** A home folder whose profile leads to a role, and a way to run rolecall in it again and again. */
export async function createRoleWorld(files: Record<string, string> = {}): Promise<RoleWorld> {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.stop())
  const { accessKeyId, secretAccessKey } = await sandbox.createUser('someone')
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
  }
  const { arn } = await sandbox.createRole({ name: 'deploy', trustPolicy: trust })
  const home = createHome({
    ...files,
    '.aws/config': `[profile base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}
[profile deploy]\nrole_arn = ${arn}\nsource_profile = base\nregion = us-east-1\n`,
  })
  const env = { AWS_ENDPOINT_URL_STS: sandbox.url, AWS_PROFILE: 'deploy' }
  return {
    home,
    arn,
    env,
    calls: () => sandbox.calls.filter(({ operation }) => operation === 'AssumeRole').length,
    rolecall: (args: readonly string[], more: Record<string, string> = {}) =>
      run(process.execPath, [ROLECALL, ...args], bareEnv(home, { ...env, ...more })),
  }
}
