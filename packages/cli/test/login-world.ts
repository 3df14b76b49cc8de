import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Sandbox } from '@rolecall/sandbox'
import { onTestFinished } from 'vitest'
import { bareEnv, createHome, type Ended, ROLECALL, run, waitFor } from './world.ts'

export const ADDRESS = /^ {2}(http\S+)$/m

/** A person's machine that knows the sandbox as AWS. */
export interface Machine {
  readonly home: string
  /** The command line, to its end. */
  rolecall(...args: string[]): Promise<Ended>
  /** The same, while it waits for something. */
  start(...args: string[]): Waiting
  read(path: string): string
}

export interface Waiting {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it shows on stderr, as soon as the pattern is there: its first group. */
  shows(pattern: RegExp): Promise<string>
}

export function createMachine(
  sandbox: Sandbox,
  { files = {}, env: more = {} }: { files?: Record<string, string>; env?: Record<string, string> } = {},
): Machine {
  const home = createHome(files)
  if ('bin/xdg-open' in files) chmodSync(join(home, 'bin/xdg-open'), 0o755)
  const path = `${join(home, 'bin')}${delimiter}${bareEnv(home)['PATH']}`
  const env = bareEnv(home, { ...services(sandbox), PATH: path, ...more })
  return {
    home,
    rolecall: (...args) => run(process.execPath, [ROLECALL, ...args], env),
    start: (...args) => watch(spawn(process.execPath, [ROLECALL, ...args], { env, cwd: home })),
    read: (path) => readFileSync(join(home, path), 'utf8'),
  }
}

export function services({ url }: Sandbox): Record<string, string> {
  const names = ['STS', 'SSO', 'SSO_OIDC', 'SIGNIN'].map((id) => [`AWS_ENDPOINT_URL_${id}`, url])
  return { ...Object.fromEntries(names), AWS_REGION: 'us-east-1' }
}

function watch(child: ChildProcess): Waiting {
  onTestFinished(() => void child.kill('SIGKILL'))
  let shown = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    shown += bytes
  })
  const ended = waitFor(child)
  return {
    child,
    ended,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(shown)
          if (found) resolve(found[1] ?? found[0])
        }
        child.stderr?.on('data', look)
        look()
        ended.then(() => reject(new Error(`it ended, and has shown: ${shown}`)), reject)
      }),
  }
}

export function ssoConfig({ url }: Sandbox): string {
  return `[sso-session corp]
sso_start_url = ${url}/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly

[profile admin]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin

[profile deploy]
role_arn = arn:aws:iam::123456789012:role/demo
source_profile = admin

[profile legacy]
sso_start_url = ${url}/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = ReadOnly

[profile half]
sso_session = nowhere

[profile keys]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = example
`
}

/** What stands in for the system's browser: called as that is, with a person in it who presses Allow. */
export const BROWSER: Readonly<Record<string, string>> = {
  'bin/xdg-open': '#!/bin/sh\nexec node "$HOME/bin/browser.mjs" "$1"\n',
  'bin/browser.mjs': `
const page = process.argv[2]
const form = await (await fetch(page)).text()
const [, token] = /name="form_token" value="([^"]+)"/.exec(form)
const body = new URLSearchParams({ form_token: token, decision: 'allow' })
const answer = await fetch(new URL(new URL(page).pathname, page), { method: 'POST', body })
if (!answer.ok) throw new Error('the callback answered ' + answer.status)
`,
}
