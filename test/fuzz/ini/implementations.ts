import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fromIni } from '@aws-sdk/credential-providers'
import { externalDataInterceptor, loadSharedConfigFiles } from '@smithy/core/config'
import { isCredentialsError } from '../../../packages/credentials/src/errors.ts'
import { parseIni, parseNested } from '../../../packages/credentials/src/formats/ini.ts'
import { planProfile } from '../../../packages/credentials/src/formats/profile-plan.ts'
import { mergeSharedConfig } from '../../../packages/credentials/src/formats/shared-config.ts'
import type { SharedConfig } from '../../../packages/credentials/src/model/shared-config.ts'
import { watchGlobals } from '../globals.ts'
import { type Files, type Implementation, type Reading, record, type Sections } from './files.ts'

/** @returns undefined where a file is refused. */
export function readOurs(files: Files): Reading | undefined {
  const config = loadOurs(files)
  if (!config) return undefined
  const { profiles, ssoSessions, services } = config
  return { profiles: unfold(profiles), ssoSessions: unfold(ssoSessions), services: unfold(services) }
}

export function identifyOurs(files: Files, profiles: readonly string[]): (string | undefined)[] {
  const config = loadOurs(files)
  return profiles.map((name) => config && identifyOne(config, name))
}

function identifyOne(config: SharedConfig, name: string): string | undefined {
  try {
    const { base, roles } = planProfile(config, name)
    if (base.kind !== 'static') return undefined
    return [base.credentials.accessKeyId, ...roles.map(({ roleArn }) => roleArn)].join(' > ')
  } catch (error) {
    if (isCredentialsError(error)) return undefined
    throw error
  }
}

function loadOurs({ config, credentials }: Files): SharedConfig | undefined {
  try {
    const parse = (path: string, text: string) => ({ path, sections: parseIni(text.replace(/^\ufeff/, ''), path) })
    return mergeSharedConfig(parse('config', config), parse('credentials', credentials))
  } catch (error) {
    if (isCredentialsError(error)) return undefined
    throw error
  }
}

function unfold(sections: SharedConfig['profiles']): Sections {
  return record(
    Object.entries(sections).map(([name, settings]) => {
      const unfolded = Object.entries(settings).map(
        ([key, value]) => [key, value.startsWith('\n') ? parseNested(value) : value] as const,
      )
      return [name, record(unfolded)] as const
    }),
  )
}

/** The loader that all clients of the AWS SDK share. It writes on prototypes: they are put right after each call. */
export function createJavaScript(): Implementation {
  const globals = watchGlobals()
  const filepath = '/differential/credentials'
  const configFilepath = '/differential/config'
  const intercept = ({ config, credentials }: Files): void => {
    externalDataInterceptor.interceptFile(configFilepath, config)
    externalDataInterceptor.interceptFile(filepath, credentials)
  }
  return {
    name: 'AWS SDK for JavaScript',
    async read(files) {
      intercept(files)
      const { configFile, credentialsFile } = await loadSharedConfigFiles({ filepath, configFilepath })
      const of = (kind: string): Sections => record(prefixed(configFile, kind).map(([name, s]) => [name, nested(s)]))
      const inConfig = Object.entries(configFile).filter(([name]) => !/^(sso-session|services)\./.test(name))
      const profiles: Record<string, Record<string, string | undefined>> = record(inConfig)
      for (const [name, settings] of Object.entries(credentialsFile))
        profiles[name] = { ...(profiles[name] ?? {}), ...settings }
      const reading = {
        profiles: record(Object.entries(profiles).map(([name, settings]) => [name, nested(settings)] as const)),
        ssoSessions: of('sso-session'),
        services: of('services'),
      }
      globals.restore()
      return reading
    },
    async identify(files, profiles) {
      intercept(files)
      const found: (string | undefined)[] = []
      for (const profile of profiles) {
        const provider = fromIni({
          profile,
          filepath,
          configFilepath,
          ignoreCache: true,
          roleAssumer: async (source, { RoleArn }) => ({
            accessKeyId: `${source.accessKeyId} > ${RoleArn}`,
            secretAccessKey: 's',
          }),
        })
        found.push(
          await provider().then(
            ({ accessKeyId }) => accessKeyId,
            () => undefined,
          ),
        )
      }
      globals.restore()
      return found
    },
  }
}

type Parsed = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>

function prefixed(file: Parsed, kind: string): (readonly [string, Parsed[string]])[] {
  return Object.entries(file).flatMap(([name, settings]) =>
    name.startsWith(`${kind}.`) ? [[name.slice(kind.length + 1), settings] as const] : [],
  )
}

function nested(settings: Parsed[string]): Record<string, string> {
  return record(Object.entries(settings).map(([key, value]) => [key, value ?? ''] as const))
}

export interface Botocore extends Implementation {
  readonly version: string
  stop(): void
}

/** One Python process for as long as the suite runs. */
export async function startBotocore(): Promise<Botocore> {
  const script = join(import.meta.dirname, '../../interop/ini-differential.py')
  const child: ChildProcess = spawn('python3', ['-X', 'utf8', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: { resolve: (answer: unknown) => void; reject: (reason: Error) => void }[] = []
  const answers = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  answers.on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)))
  child.on('error', () => {})
  child.on('close', () => {
    for (const { reject } of waiting.splice(0))
      reject(new Error('python3 with botocore is needed: pip install boto3 awscli'))
  })
  const next = <T>(): Promise<T> =>
    new Promise<unknown>((resolve, reject) => waiting.push({ resolve, reject })) as Promise<T>
  const ask = (files: Files, profiles: readonly string[]) => {
    const answer = next<{ reading: Reading | null; identities: (string | null)[] }>()
    child.stdin?.write(`${JSON.stringify({ ...files, profiles })}\n`)
    return answer
  }
  const { version } = await next<{ version: string }>()
  return {
    name: 'botocore',
    version,
    read: async (files) => (await ask(files, [])).reading ?? undefined,
    identify: async (files, profiles) => (await ask(files, profiles)).identities.map((found) => found ?? undefined),
    stop: () => child.stdin?.end(),
  }
}
