import { Failure } from '../failure.ts'
import { findUnwritable, type Handout, listVariables } from '../formats/handout.ts'

type Env = Readonly<Record<string, string | undefined>>

const CREDENTIAL_VARIABLE =
  /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|CREDENTIAL_EXPIRATION|PROFILE|DEFAULT_PROFILE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|ROLE_SESSION_NAME|CONTAINER_.*)$/
const REGION_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION']

/** Without what could give other credentials to who inherits it. Names on Windows have no case. */
export function withoutCredentials(env: Env, platform: string): Env {
  const isCredential = (name: string): boolean =>
    CREDENTIAL_VARIABLE.test(platform === 'win32' ? name.toUpperCase() : name)
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isCredential(name)))
}

/**
 * What a child gets: the credentials, and the region where it has none.
 *
 * @param regionFlag named by the user for this run: wins over the variables.
 * @throws Failure `VALUE_NOT_EXPORTABLE` naming the value, and not quoting it.
 */
export function createChildEnvironment(
  { env, platform }: { env: Env; platform: string },
  handout: Handout,
  regionFlag: string | undefined,
): Env {
  return {
    ...withoutCredentials(env, platform),
    ...listCredentials(handout),
    ...listRegions(env, handout.region, regionFlag),
  }
}

/** What a child gets that asks a server. @param served the variables by which it finds the server, and the region. */
export function createServedEnvironment(
  { env, platform }: { env: Env; platform: string },
  served: Env,
  regionFlag: string | undefined,
): Env {
  return {
    ...withoutCredentials(env, platform),
    ...served,
    ...listRegions(env, served['AWS_REGION'], regionFlag),
  }
}

function listRegions(env: Env, region: string | undefined, regionFlag: string | undefined): Env {
  const keeps = (name: string): boolean => !regionFlag && Boolean(env[name]?.trim())
  return Object.fromEntries(REGION_VARIABLES.map((name) => [name, keeps(name) ? env[name] : region]))
}

function listCredentials(handout: Handout): Env {
  const known: Record<string, string> = {}
  for (const [name, value] of listVariables({ ...handout, region: undefined })) {
    if (value === undefined) continue
    const held = findUnwritable(value)
    if (held)
      throw new Failure(`${name} holds ${held}, which no environment can carry`, {
        code: 'VALUE_NOT_EXPORTABLE',
        source: 'exec',
        remedy: 'Check the source of these credentials',
      })
    known[name] = value
  }
  return known
}
