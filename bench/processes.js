/** Whole processes: what `credential_process` pays each time, and what an import adds. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startSandbox } from '@rolecall/sandbox'

const ROUNDS = 31
const ROOT = join(import.meta.dirname, '..')
const CLI = join(ROOT, 'packages/cli/dist/rolecall.cjs')
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'bench-secret-access-key' }
const MODULE = ['--input-type=module', '-e']

export async function measureProcesses() {
  const home = mkdtempSync(join(tmpdir(), 'rolecall-bench-'))
  mkdirSync(join(home, '.aws'))
  const file = `[default]\naws_access_key_id = ${KEYS.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${KEYS.AWS_SECRET_ACCESS_KEY}\nregion = us-east-1\n`
  writeFileSync(join(home, '.aws/credentials'), file)
  const empty = join(home, 'empty.mjs')
  writeFileSync(empty, '')
  const base = { PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: 'true' }
  const shared = await fillStore(home, base)
  const sdk = (provider) =>
    `import { ${provider} } from '@aws-sdk/credential-providers'; console.log(JSON.stringify(await ${provider}()()))`

  try {
    report([
      ['node -e 0', 'node -e 0', ['-e', '0'], base],
      ['rolecall export, env', 'node -e 0', [CLI, 'export'], { ...base, ...KEYS }],
      ['rolecall export, static profile', 'node -e 0', [CLI, 'export'], base],
      ['rolecall export, role, warm store', 'node -e 0', [CLI, 'export'], shared],
      ['the same, compiled anew', 'node -e 0', [CLI, 'export'], { ...shared, NODE_DISABLE_COMPILE_CACHE: '1' }],
      ['AWS SDK chain, env', 'node -e 0', [...MODULE, sdk('fromNodeProviderChain')], { ...base, ...KEYS }],
      ['AWS SDK chain, static profile', 'node -e 0', [...MODULE, sdk('fromNodeProviderChain')], base],
      ['import an empty file', 'node -e 0', [...MODULE, `import ${JSON.stringify(empty)}`], base],
      ['import @rolecall/credentials', 'import an empty file', [...MODULE, "import '@rolecall/credentials'"], base],
      [
        'import @aws-sdk/credential-providers',
        'import an empty file',
        [...MODULE, "import '@aws-sdk/credential-providers'"],
        base,
      ],
    ])
  } finally {
    rmSync(home, { recursive: true })
  }
}

/** The session of a role, kept: who comes later asks nobody. */
async function fillStore(home, base) {
  const sandbox = await startSandbox()
  const { accessKeyId, secretAccessKey } = await sandbox.createUser('bench')
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
  }
  const { arn } = await sandbox.createRole({ name: 'bench', trustPolicy })
  const config = join(home, 'role')
  const profiles = `[profile base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}
[profile role]\nrole_arn = ${arn}\nsource_profile = base\nregion = us-east-1\n`
  writeFileSync(config, profiles)
  const env = { ...base, AWS_CONFIG_FILE: config, AWS_PROFILE: 'role', AWS_ENDPOINT_URL_STS: sandbox.url }
  await promisify(execFile)(process.execPath, [CLI, 'export'], { env })
  await sandbox.stop()
  return env
}

function report(cases) {
  const times = new Map(cases.map(([name]) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, , args, env] of cases) times.get(name).push(time(name, args, env))
  }
  console.log(`  ${'process'.padEnd(38)}${'median'.padStart(10)}${'lowest'.padStart(10)}   ratios of both`)
  for (const [name, base] of cases) {
    const [middle, lowest] = [median, (values) => Math.min(...values)].map((pick) => {
      const ms = pick(times.get(name))
      return { shown: `${ms.toFixed(1)} ms`.padStart(10), ratio: (ms / pick(times.get(base))).toFixed(2) }
    })
    console.log(`  ${name.padEnd(38)}${middle.shown}${lowest.shown}   ${middle.ratio} and ${lowest.ratio} x ${base}`)
  }
}

function time(name, args, env) {
  const startedAt = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env, cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
  return performance.now() - startedAt
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
