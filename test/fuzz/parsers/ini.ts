import { loadSharedConfig } from '../../../packages/credentials/src/clients/config-files.ts'
import { parseNested } from '../../../packages/credentials/src/formats/ini.ts'
import { describePlan, planProfile } from '../../../packages/credentials/src/formats/profile-plan.ts'
import type { SharedConfig } from '../../../packages/credentials/src/model/shared-config.ts'
import type { Parser } from '../parser.ts'
import { attempt, attemptLater, expectRecord, expectThat, noSecret } from '../probe.ts'
import { SECRETS } from '../secrets.ts'
import { createWorld } from '../world.ts'

/** Where the config file ends and the credentials file begins. */
const NEXT_FILE = 0x1c
const CONFIG = '/home/user/.aws/config'
const CREDENTIALS = '/home/user/.aws/credentials'
/** Settings whose values no error and no plan may show. */
const SECRET_SETTINGS = ['aws_secret_access_key', 'aws_session_token', 'credential_process', 'mfa_process']
const KEYS = `aws_access_key_id = ${SECRETS.accessKeyId}\naws_secret_access_key = ${SECRETS.secretAccessKey}\n`

/** Both shared files, merged, and the plan of their profiles. */
export const ini: Parser = {
  name: 'INI',
  seeds: [
    `[default]\nregion = eu-west-1\n[profile dev]\n${KEYS}aws_session_token = ${SECRETS.sessionToken}\n`,
    `[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = b\n  # c\n[profile b]\n${KEYS}`,
    `[default]\ns3 =\n  max_concurrent_requests = 20\n  addressing_style = path # c\nregion = x ; y\n\x1c[default]\n${KEYS}`,
    `[profile p]\ncredential_process = /bin/p --secret ${SECRETS.password}\r\n[profile q]\r\nrole_arn=r\r\ncredential_source=Environment\r\n`,
    `[sso-session s]\nsso_start_url = https://x\nsso_region = us-east-1\n[profile t]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n`,
    `[services v]\nsts =\n  endpoint_url = http://127.0.0.1:1\n[profile u]\nservices = v\nweb_identity_token_file = /t\nrole_arn = r\n`,
    `[profile d]\naws_secret_access_key ${SECRETS.secretAccessKey}\n`,
    `[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n`,
    `[__proto__]\nk = v\n[profile __proto__]\n__proto__ = v\nconstructor =\n  __proto__ = v\n\x1c[constructor]\nprototype = v\n`,
    `\ufeff[profile login]\nlogin_session = arn:aws:iam::1:user/u\n  aws_session_token = ${SECRETS.sessionToken}\n`,
  ],
  words: [
    ...[
      '[',
      ']',
      '[profile ',
      '[default]',
      '[profile default]',
      '[sso-session ',
      '[services ',
      '\n',
      '\r\n',
      '\r',
      ' = ',
    ],
    ...[
      '=',
      '#',
      ';',
      ' #',
      ' ;',
      '\t',
      '  ',
      ':',
      '\u00a0',
      '\u2028',
      '\ufeff',
      '\x85',
      '\x1c',
      '\0',
      '"',
      '%(x)s',
      '$HOME',
    ],
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'],
    ...['\naws_access_key_id = ', '\naws_secret_access_key = ', '\naws_session_token = ', '\naws_account_id = '],
    ...['\nrole_arn = ', '\nsource_profile = ', '\ncredential_source = ', '\ncredential_process = ', '\nmfa_serial = '],
    ...[
      '\nduration_seconds = ',
      '\nweb_identity_token_file = ',
      '\nsso_session = ',
      '\nlogin_session = ',
      '\nregion =',
    ],
    ...['Environment', 'EcsContainer', 'a', 'b', 'dev', ...Object.values(SECRETS)],
  ],
  async run(input) {
    const end = input.indexOf(NEXT_FILE)
    const [config, credentials] =
      end < 0 ? [input, new Uint8Array()] : [input.subarray(0, end), input.subarray(end + 1)]
    const host = createWorld({ files: { [CONFIG]: config, [CREDENTIALS]: credentials } })
    const shared = await attemptLater(() => loadSharedConfig(host))
    if (!shared) return
    checkRecords(shared)
    for (const name of [...Object.keys(shared.profiles).slice(0, 8), 'default', 'not-there', '__proto__']) {
      const quotable = (): string => namesIn(shared)
      const plan = attempt(() => planProfile(shared, name), quotable)
      if (!plan) continue
      noSecret(describePlan(plan).join('\n'), quotable)
      expectThat(plan.profile === name, 'a plan is of the profile that was asked for')
    }
  },
}

function checkRecords({ profiles, ssoSessions, services, origins }: SharedConfig): void {
  for (const [what, records] of Object.entries({ profiles, ssoSessions, services, origins })) {
    expectRecord(records, what)
    for (const [name, record] of Object.entries(records)) {
      expectRecord(record, `${what} ${JSON.stringify(name)}`)
      if (what === 'origins') continue
      for (const [key, value] of Object.entries<unknown>(record)) {
        expectThat(typeof value === 'string' && key === key.toLowerCase(), 'a setting is text under a lower-case name')
        expectRecord(parseNested(value), 'a nested block')
      }
    }
  }
  expectThat(sameKeys(profiles, origins), 'every profile has origins')
  for (const [name, lines] of Object.entries(origins))
    expectThat(sameKeys(profiles[name] ?? {}, lines), 'every setting has an origin')
}

function sameKeys(a: object, b: object): boolean {
  return Object.keys(a).sort().join('\n') === Object.keys(b).sort().join('\n')
}

/** All that is no secret: names, and the values that plans and errors are made of. */
function namesIn({ profiles, ssoSessions }: SharedConfig): string {
  const settings = Object.values(profiles).flatMap((settings) =>
    Object.entries(settings).flatMap(([key, value]) => (SECRET_SETTINGS.includes(key) ? [] : [value])),
  )
  return [...Object.keys(profiles), ...Object.keys(ssoSessions), ...settings].join('\n')
}
