/** What makes a process believe that it runs in a certain place: variables, and the files they name. */
import { CI_ENVIRONMENTS } from './ci/environments.ts'
import type { CiPlace } from './ci/issuers.ts'
import type { CiJobs } from './ci/jobs.ts'
import { type EcsTask, EKS_AUDIENCE, EKS_PATH } from './container.ts'
import type { DemoRoles } from './demo-roles.ts'
import type { AccessKey } from './keys.ts'
import type { PrivateFolder } from './private-folder.ts'
import { writeLoginHome } from './sign-in/home.ts'
import type { LoginSessions } from './sign-in/sessions.ts'
import { writeSsoHome } from './sso/home.ts'
import type { IdentityCenter } from './sso/identity-center.ts'
import type { World } from './world.ts'

type OwnPlace = 'keys' | 'web-identity' | 'ecs' | 'eks' | 'ec2' | 'sso' | 'login'

/** Where a process can be made to believe it runs. */
export type Place = OwnPlace | CiPlace

export type Environment = Record<string, string>

export interface PlaceOptions {
  readonly world: World
  readonly roles: DemoRoles
  readonly userKey: AccessKey
  readonly ecsTask: EcsTask
  readonly identityCenter: IdentityCenter
  readonly loginSessions: LoginSessions
  readonly ciJobs: CiJobs
  readonly folder: PrivateFolder
}

/** A projected service account token lives a day. */
const PROJECTED_TOKEN_SECONDS = 24 * 3600

const PLACES: Readonly<Record<OwnPlace, (options: PlaceOptions) => Environment | Promise<Environment>>> = {
  keys: ({ world, userKey }) => ({
    ...describeServices(world),
    ...describeRegion(world),
    AWS_ACCESS_KEY_ID: userKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: userKey.secretAccessKey,
  }),
  'web-identity': async ({ world, roles, folder }) => ({
    ...describeServices(world),
    ...describeRegion(world),
    AWS_ROLE_ARN: roles.webIdentity.arn,
    AWS_WEB_IDENTITY_TOKEN_FILE: await folder.write('web-identity-token', await issueProjected(world, {})),
  }),
  ecs: ({ world, ecsTask }) => ({
    ...describeServices(world),
    ...describeRegion(world),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: world.url + ecsTask.path,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: ecsTask.authorizationToken,
  }),
  eks: async ({ world, folder }) => ({
    ...describeServices(world),
    ...describeRegion(world),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: world.url + EKS_PATH,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: await folder.write(
      'eks-pod-identity-token',
      await issueProjected(world, { aud: EKS_AUDIENCE }),
    ),
  }),
  ec2: ({ world }) => ({
    ...describeServices(world),
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `${world.url}/`,
    AWS_EC2_METADATA_DISABLED: 'false',
  }),
  sso: async ({ world, identityCenter, folder }) => {
    const { path, configFile, profile } = await writeSsoHome(world, identityCenter, folder)
    return describePerson(world, { HOME: path, AWS_CONFIG_FILE: configFile, AWS_PROFILE: profile })
  },
  login: async ({ world, loginSessions, folder }) => {
    const { path, configFile, cacheFolder, profile } = await writeLoginHome(world, loginSessions, folder)
    const home = { HOME: path, AWS_CONFIG_FILE: configFile, AWS_PROFILE: profile }
    return describePerson(world, { ...home, AWS_LOGIN_CACHE_DIRECTORY: cacheFolder })
  },
}

/**
 * @param claims of the job's tokens, for the place of a CI.
 * @throws TypeError for a place that is not known.
 */
export async function createEnvironment(
  place: Place,
  options: PlaceOptions,
  claims?: Readonly<Record<string, unknown>>,
): Promise<Environment> {
  const files = await hideFiles(options.folder)
  if (isCi(place)) return { ...files, ...(await describeJob(place, options, claims)) }
  if (!Object.hasOwn(PLACES, place)) {
    const places = [...Object.keys(PLACES), ...Object.keys(CI_ENVIRONMENTS)]
    throw new TypeError(`There is no place ${place}: it is one of ${places.join(', ')}`)
  }
  return { ...files, ...(await PLACES[place](options)) }
}

function isCi(place: Place): place is CiPlace {
  return Object.hasOwn(CI_ENVIRONMENTS, place)
}

async function describeJob(
  ci: CiPlace,
  { world, roles, ciJobs, folder }: PlaceOptions,
  claims: Readonly<Record<string, unknown>> | undefined,
): Promise<Environment> {
  return {
    ...describeServices(world),
    ...describeRegion(world),
    AWS_ENDPOINT_URL_IAM: world.url,
    AWS_ROLE_ARN: roles.ci[ci].arn,
    ...(await CI_ENVIRONMENTS[ci](ciJobs.start(ci, claims), { url: world.url, folder })),
  }
}

/** The files of whoever runs this are not those of the place. */
async function hideFiles(folder: PrivateFolder): Promise<Environment> {
  return {
    AWS_CONFIG_FILE: await folder.write('no-config', ''),
    AWS_SHARED_CREDENTIALS_FILE: await folder.write('no-credentials', ''),
  }
}

function describeServices({ url }: World): Environment {
  return { AWS_ENDPOINT_URL_STS: url }
}

/** With the services that a person signs in with. The paths of all services differ, so one address does for all. */
function describePerson(world: World, home: Environment): Environment {
  const { url } = world
  const signIn = { AWS_ENDPOINT_URL_SSO: url, AWS_ENDPOINT_URL_SSO_OIDC: url, AWS_ENDPOINT_URL_SIGNIN: url }
  return { ...describeServices(world), ...signIn, ...describeRegion(world), ...home }
}

/** Both names: botocore (boto3, AWS CLI 1) reads the second only. */
function describeRegion({ region }: World): Environment {
  return { AWS_REGION: region, AWS_DEFAULT_REGION: region }
}

function issueProjected({ issuer, clock }: World, claims: Readonly<Record<string, unknown>>): Promise<string> {
  return issuer.issue({ exp: Math.floor(clock.now() / 1000) + PROJECTED_TOKEN_SECONDS, ...claims })
}
