import { randomBytes, randomUUID } from 'node:crypto'
import { createAccount, type NewRole } from './account.ts'
import { authenticate, readSigned, type SignedRequest } from './authenticate.ts'
import { visit } from './browser/visit.ts'
import { createAzureDevops } from './ci/azure-devops.ts'
import { createBuildkite } from './ci/buildkite.ts'
import { createGithubActions } from './ci/github-actions.ts'
import { createCiJobs } from './ci/jobs.ts'
import { createClock } from './clock.ts'
import { createEcs, createEks } from './container.ts'
import { createDemoRoles } from './demo-roles.ts'
import { createFaults, type FaultRule } from './faults.ts'
import { createIam } from './iam.ts'
import { createImds } from './imds.ts'
import { createIssuer } from './issuer.ts'
import { createKeys } from './keys.ts'
import { createOidc } from './oidc.ts'
import { createEnvironment, type Environment, type Place } from './places.ts'
import { createPrivateFolder } from './private-folder.ts'
import { type Call, listen } from './server.ts'
import type { Service } from './service.ts'
import { createLoginSessions } from './sign-in/sessions.ts'
import { createSignIn } from './sign-in/sign-in.ts'
import { createIdentityCenter } from './sso/identity-center.ts'
import { createSsoPortal } from './sso/portal.ts'
import { createSsoOidc } from './sso/sso-oidc.ts'
import type { RefreshTokens } from './sso/tokens.ts'
import { createSts } from './sts/sts.ts'
import type { World } from './world.ts'

export interface SandboxOptions {
  /** Of the loopback server; default one that is free. */
  readonly port?: number
  /** Twelve digits; default 123456789012. */
  readonly accountId?: string
  /** Default us-east-1. */
  readonly region?: string
  /**
   * What becomes of a refresh token of SSO that was used: 'rotate' ends it and answers with a new one, 'keep' leaves it
   * good and answers with none. Default 'rotate'.
   */
  readonly ssoRefreshTokens?: RefreshTokens
  /**
   * The longest that any temporary credentials live, whatever is asked for; AWS has none under 900 seconds. To see within
   * seconds how a program gets through the end of a session. Default: as long as AWS gives.
   */
  readonly longestSessionSeconds?: number
}

export interface Sandbox {
  /** http://127.0.0.1:PORT: of STS and of the OIDC issuer, and where the other services begin. */
  readonly url: string
  /**
   * Variables, and the files it wrote for them, that make a process believe it runs there. They hold real secrets of
   * the sandbox.
   *
   * @param claims of the job's tokens, over those of its CI; one that is undefined is left out
   * @throws TypeError for a place that is not known
   */
  env(place: Place, claims?: Readonly<Record<string, unknown>>): Promise<Environment>
  /**
   * A JWT by the sandbox's OIDC issuer. The claims go over the default ones: iss, aud 'sts.amazonaws.com', sub
   * 'system:serviceaccount:default:demo', iat now, exp an hour later; one that is undefined is left out. With the iss of
   * a CI, such as https://token.actions.githubusercontent.com, the account takes it for a token of that CI.
   */
  issueToken(claims?: Record<string, unknown>): Promise<string>
  /** @throws TypeError for a trust policy that IAM would not take; Error for a name that is taken */
  createRole(role: NewRole): Promise<{ arn: string }>
  /**
   * Does what a person does in a browser: opens the page on which a client asks to be let in, and presses a button.
   * Returns where the browser is sent with the answer; undefined for the page of a device, which sends nowhere.
   *
   * @throws Error for a page that asks nothing
   */
  visit(page: string, button?: 'Allow' | 'Deny'): Promise<string | undefined>
  /**
   * Checks a request to a service that the sandbox does not play, as its own STS would: for a proxy before a mock of EC2
   * or S3 that takes any signature. The Host that was signed is the one in `headers`.
   *
   * @returns who signed it
   * @throws Error with the `code` and the `status` of AWS: MissingAuthenticationToken, IncompleteSignature,
   *   InvalidClientTokenId, ExpiredToken, SignatureDoesNotMatch
   */
  authenticate(request: SignedRequest): Promise<{ accessKeyId: string; arn: string }>
  /** With long-lived keys. @throws Error for a name that is taken */
  createUser(name: string): Promise<{ accessKeyId: string; secretAccessKey: string }>
  /**
   * From now on, calls fail as the rule says. Rules with `times` are used up first, in the order they were given; then
   * the newest rule without `times` holds, so a rule that asks for nothing puts its service right again.
   */
  fault(rule: FaultRule): void
  /** Every call so far, in order. */
  readonly calls: readonly Call[]
  /** Epoch milliseconds. Goes on by itself, and may be set: sessions and tokens expire by it. */
  now: number
  /** Ends every connection and removes the files that `env` wrote. */
  stop(): Promise<void>
}

/**
 * Starts an AWS identity plane on loopback: STS, instance metadata, ECS and EKS credentials, an OIDC issuer, IAM
 * Identity Center and the sign-in service.
 *
 * @throws TypeError for options that AWS would not have; the error of node:net when the port is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, accountId = '123456789012', region = 'us-east-1', ssoRefreshTokens = 'rotate' } = options
  const { longestSessionSeconds } = options
  if (!/^\d{12}$/.test(accountId)) throw new TypeError('accountId is twelve digits')
  if (!/^[a-z]{2,}(-[a-z]+)+-\d$/.test(region)) throw new TypeError('region is the name of a region, as us-east-1')

  if (longestSessionSeconds !== undefined && !(longestSessionSeconds >= 1))
    throw new TypeError('longestSessionSeconds is a number of seconds, at least 1')

  const clock = createClock()
  const server = await listen(port)
  const account = createAccount(accountId)
  const keys = createKeys(clock, longestSessionSeconds)
  const issuer = createIssuer(server.url, clock)
  const world: World = { url: server.url, region, clock, account, keys, issuer }

  const roles = createDemoRoles(account, issuer)
  const userKey = keys.issueLongLived(account.createUser('demo'))
  const ecsTask = { path: `/v2/credentials/${randomUUID()}`, authorizationToken: randomBytes(32).toString('base64url') }
  const identityCenter = createIdentityCenter(world, { refreshTokens: ssoRefreshTokens })
  const loginSessions = createLoginSessions(clock, keys, userKey.identity)
  const ciJobs = createCiJobs(issuer, clock)
  const folder = createPrivateFolder()
  const surroundings = { roles, userKey, ecsTask, identityCenter, loginSessions, ciJobs, folder }
  const services: readonly Service[] = [
    createIam(world),
    createSts(world),
    createImds(world, roles.ec2),
    createEcs(world, roles.ecs, ecsTask),
    createEks(world, roles.eks),
    createOidc(issuer),
    createGithubActions(ciJobs),
    createAzureDevops(ciJobs),
    createBuildkite(ciJobs),
    createSsoOidc(world, identityCenter),
    createSsoPortal(world, identityCenter),
    createSignIn(world, loginSessions),
  ]
  const faults = createFaults(services.map(({ name }) => name))
  const calls: Call[] = []
  server.serve({ clock, faults, services, record: (call) => calls.push(Object.freeze(call)) })

  return {
    url: server.url,
    calls,
    env: (place, claims) => createEnvironment(place, { world, ...surroundings }, claims),
    issueToken: (claims) => issuer.issue(claims),
    createRole: async (role) => ({ arn: account.createRole(role).arn }),
    authenticate: async (request) => {
      const { accessKeyId, identity } = await authenticate(readSigned(request), request.service, world)
      return { accessKeyId, arn: identity.arn }
    },
    createUser: async (name) => {
      const { accessKeyId, secretAccessKey } = keys.issueLongLived(account.createUser(name))
      return { accessKeyId, secretAccessKey }
    },
    visit: (page, button = 'Allow') => visit(server.url, page, button),
    fault: faults.add,
    get now() {
      return clock.now()
    },
    set now(epochMs) {
      clock.set(epochMs)
    },
    stop: async () => {
      await server.close()
      await folder.remove()
    },
  }
}
