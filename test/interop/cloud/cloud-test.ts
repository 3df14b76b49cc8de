import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { test as base } from 'vitest'
import { type Ended, runProgram } from '../../program.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { type Moto, startMoto } from './moto.ts'

export type Environment = Readonly<Record<string, string>>

/** An AWS of a test's own: STS by the sandbox, EC2 and S3 by moto behind a gateway that checks who asks. */
export interface Cloud {
  readonly sandbox: Sandbox
  readonly gateway: Gateway
  readonly home: string
  /** What a program needs to take it for AWS, in a home folder where nothing else is. */
  readonly env: Environment
  /** What lies in the folder for temporary files. */
  listTemporary(): Promise<string[]>
  /** Writes into the home folder. Returns the path. */
  write(path: string, content: string): Promise<string>
  run(command: readonly string[], env?: Environment): Promise<Ended>
}

export interface CloudOptions {
  readonly longestSessionSeconds?: number
}

export const test = base.extend<{ moto: Moto; startCloud: (options?: CloudOptions) => Promise<Cloud> }>({
  moto: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads a fixture's needs from the pattern.
    async ({}, use) => {
      const moto = await startMoto()
      await use(moto)
      moto.stop()
    },
    { scope: 'file' },
  ],
  startCloud: async ({ moto }, use) => {
    const stops: (() => Promise<void>)[] = []
    await use(async (options) => {
      const { cloud, stop } = await createCloud(moto, options)
      stops.push(stop)
      return cloud
    })
    for (const stop of stops) await stop()
  },
})

async function createCloud(
  moto: Moto,
  { longestSessionSeconds }: CloudOptions = {},
): Promise<{ cloud: Cloud; stop: () => Promise<void> }> {
  const sandbox = await startSandbox(longestSessionSeconds ? { longestSessionSeconds } : {})
  const gateway = await startGateway({ sandbox, moto })
  const home = await mkdtemp(join(tmpdir(), 'rolecall-cloud-'))
  const write: Cloud['write'] = async (path, content) => {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), content, { mode: 0o600 })
    return join(home, path)
  }
  const temporary = join(home, 'tmp')
  await mkdir(temporary)
  const authority = await write('authority.pem', gateway.authority)
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...(process.env['PACKER_PLUGIN_PATH'] && { PACKER_PLUGIN_PATH: process.env['PACKER_PLUGIN_PATH'] }),
    HOME: home,
    TMPDIR: temporary,
    CHECKPOINT_DISABLE: '1', // Packer tells nobody that it was started
    HTTPS_PROXY: gateway.url,
    NO_PROXY: '127.0.0.1',
    SSL_CERT_FILE: authority,
    NODE_EXTRA_CA_CERTS: authority,
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  return {
    cloud: {
      sandbox,
      gateway,
      home,
      env,
      write,
      listTemporary: () => readdir(temporary),
      run: (command, more) => runProgram(command, { ...env, ...more }, home),
    },
    stop: async () => {
      gateway.stop()
      await sandbox.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}
