/** Where the token of an exchange comes from: what is named, else the CI that runs this. */
import { CI_NAMES, type CiName, detectCi } from '../../formats/ci-marks.ts'
import type { JsonObject } from '../../formats/json.ts'
import { isDamaged, readAudiences, readClaims } from '../../formats/jwt.ts'
import { partitionOf } from '../../formats/partitions.ts'
import { showName } from '../../formats/secret-text.ts'
import { fromEpochSeconds } from '../../formats/time.ts'
import { readVariable } from '../../formats/variable.ts'
import type { Host } from '../../model/host.ts'
import { readTokenFile } from '../token-file.ts'
import { CIS } from './all.ts'
import type { Ci, TokenRequest } from './ci.ts'
import { readCommandToken } from './command-token.ts'
import { fail, SOURCE } from './failure.ts'
import { readGivenToken } from './given-token.ts'
import { nameRun } from './run-name.ts'

/** Which token. Without any of these it is that of the CI that is detected. */
export interface TokenOptions {
  /** The CI that runs this. Default: the one that is detected. */
  readonly provider?: CiName | undefined
  /**
   * Who the token is for. Where a CI fixes that when the job begins, it is only compared. Default: `sts.amazonaws.com`,
   * or China's.
   */
  readonly audience?: string | undefined
  /** The variable that holds the token, read for each exchange. */
  readonly tokenEnv?: string | undefined
  /** The file that holds it, read for each exchange. */
  readonly tokenFile?: string | undefined
  /** Prints it, and nothing else; run by the platform's shell for each exchange. */
  readonly tokenCommand?: string | undefined
  /**
   * Claims that Buildkite writes into the token as session tags, such as `pipeline_slug`. The role has to allow
   * `sts:TagSession`. Left out, with a warning, where STS has no room for them.
   */
  readonly sessionTags?: readonly string[] | undefined
  /** Of Azure DevOps. Default: AZURESUBSCRIPTION_SERVICE_CONNECTION_ID. */
  readonly serviceConnectionId?: string | undefined
}

export interface TokenSource {
  /** undefined where none is named or detected. */
  readonly ci: CiName | undefined
  /** `GitHub Actions`, `the variable MY_TOKEN`. */
  readonly title: string
  /** Whether each exchange can have a new token. */
  readonly renews: boolean
  /** After the run of the CI. */
  readonly sessionName: string | undefined
  /** @throws CredentialsError by code when there is no token, or none that is one. */
  read(): Promise<TokenRead>
  /** The same without session tags, where any were asked for. */
  readonly readUntagged?: (() => Promise<TokenRead>) | undefined
}

export interface TokenRead {
  readonly token: string
  /** As the token has them: nobody has verified it. undefined where it is no JSON Web Token: STS will say so. */
  readonly claims: JsonObject | undefined
  readonly audiences: readonly string[]
  readonly expiration: Date | undefined
}

interface Place extends Pick<TokenSource, 'title' | 'renews'>, Pick<Ci, 'takesTags' | 'choosesAudience'> {
  /** What holds the token, in errors. */
  readonly from: string
  read(sessionTags: readonly string[]): Promise<string>
}

/**
 * @returns why there is none, where nothing is named and no CI detected.
 * @throws CredentialsError `CONFIG_INVALID`.
 */
export async function findTokenSource(
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
  options: TokenOptions,
  roleArn: string | undefined,
): Promise<TokenSource | string> {
  const ci = checkName(options.provider) ?? detectCi(host.env)
  const system = ci && CIS[ci]
  const request: TokenRequest = {
    host,
    signal,
    audience: options.audience ?? defaultAudience(host.env, roleArn),
    serviceConnectionId: options.serviceConnectionId,
    sessionTags: [],
  }
  const place = namedPlace(request, options) ?? (system && ofCi(system, request))
  if (!place) return 'no CI is detected'
  if (!isNamed(options) && (await system?.isAbsent?.(host))) return 'this pod has no projected token for AWS'

  const { title, renews, from } = place
  const sessionName = ci && nameRun(ci, host.env)
  const readWith = async (tags: readonly string[]): Promise<TokenRead> => {
    const read = readAll(await place.read(tags), from)
    return place.choosesAudience ? read : checkAudience(read, options)
  }
  const tags = options.sessionTags ?? []
  if (tags.length === 0) return { ci, title, renews, sessionName, read: () => readWith([]) }
  if (!place.takesTags)
    throw fail(
      'CONFIG_INVALID',
      `${title} takes no session tags`,
      'Leave them out: only Buildkite lets a job ask for them',
    )
  return { ci, title, renews, sessionName, read: () => readWith(tags), readUntagged: () => readWith([]) }
}

/** Somebody said where the token comes from: to find none there is an error. */
export function isNamed({ provider, tokenEnv, tokenFile, tokenCommand }: TokenOptions): boolean {
  return [provider, tokenEnv, tokenFile, tokenCommand].some((value) => value !== undefined)
}

function namedPlace({ host, signal }: TokenRequest, options: TokenOptions): Place | undefined {
  const { tokenEnv, tokenFile, tokenCommand } = options
  if ([tokenEnv, tokenFile, tokenCommand].filter((value) => value !== undefined).length > 1)
    throw fail('CONFIG_INVALID', 'the token is named twice', 'Name one variable, file or command')
  if (tokenEnv !== undefined) {
    const read = async () => readGivenToken(host, [tokenEnv], 'Check what should set it, and its name')
    return { title: `the variable ${showName(tokenEnv)}`, from: tokenEnv, renews: false, read }
  }
  if (tokenFile !== undefined) {
    const read = () => readTokenFile(host, tokenFile, SOURCE)
    return { title: `the file ${showName(tokenFile)}`, from: `token file ${tokenFile}`, renews: true, read }
  }
  if (tokenCommand === undefined) return undefined
  const command = { line: tokenCommand, name: 'token command', signal }
  const read = () => readCommandToken(host, command)
  return { title: 'the token command', from: 'what the token command prints', renews: true, read }
}

function ofCi(system: Ci, request: TokenRequest): Place {
  const { title } = system
  return {
    ...system,
    from: `the token of ${title}`,
    read: (sessionTags) => system.readToken({ ...request, sessionTags }),
  }
}

function readAll(token: string, from: string): TokenRead {
  if (isDamaged(token)) {
    const remedy = 'Use it as the CI gives it: three parts with dots between them'
    throw fail('CONFIG_INVALID', `${from} is no whole JSON Web Token`, remedy)
  }
  const claims = readClaims(token)
  return { token, claims, audiences: readAudiences(claims ?? {}), expiration: fromEpochSeconds(claims?.['exp']) }
}

function checkAudience(read: TokenRead, { audience }: TokenOptions): TokenRead {
  if (audience === undefined || !read.claims || read.audiences.includes(audience)) return read
  const problem = `the token is for ${read.audiences.join(', ') || 'nobody'}, and not for ${audience}`
  throw fail('CONFIG_INVALID', problem, 'Name the audience where the CI declares the token')
}

function checkName(name: CiName | undefined): CiName | undefined {
  if (name === undefined || CI_NAMES.includes(name)) return name
  throw fail('CONFIG_INVALID', 'that CI is not known', `Name one of ${CI_NAMES.join(', ')}`)
}

/** China's partition has an audience of its own. */
function defaultAudience(env: Host['env'], roleArn: string | undefined): string {
  const region = readVariable(env, 'AWS_REGION') ?? readVariable(env, 'AWS_DEFAULT_REGION') ?? ''
  const partition = roleArn?.split(':')[1] ?? partitionOf(region.toLowerCase()).name
  return partition === 'aws-cn' ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com'
}
