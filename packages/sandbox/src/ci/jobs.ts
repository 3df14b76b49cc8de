/** The CI jobs that somebody was made to believe in: each has a secret of its own, and tokens with its own claims. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Issuer } from '../issuer.ts'
import { Refusal } from '../service.ts'
import { isSame } from '../sigv4.ts'
import { CI_ISSUERS, type CiPlace } from './issuers.ts'

export interface CiJob {
  readonly id: string
  readonly ci: CiPlace
  /** Lets who has it ask for tokens of this job. */
  readonly bearer: string
  /**
   * @param audience chosen by the job; default that of the CI.
   * @param tags names of claims that are to be session tags.
   */
  issueToken(audience?: string, tags?: readonly string[]): Promise<string>
}

export interface CiJobs {
  /** @param claims go over those of the CI; one that is undefined is left out. */
  start(ci: CiPlace, claims?: Readonly<Record<string, unknown>>): CiJob
  /** @throws Refusal 404 for a job that is not known, 401 for another bearer. */
  authorize(ci: CiPlace, id: string | undefined, bearer: string | undefined): CiJob
}

export function createCiJobs(issuer: Issuer, clock: Clock): CiJobs {
  const jobs = new Map<string, CiJob>()
  return {
    start: (ci, claims = {}) => {
      const { issuer: iss, audience: usual, lifetimeSeconds, claims: usualClaims } = CI_ISSUERS[ci]
      const job: CiJob = {
        id: randomUUID(),
        ci,
        bearer: randomBytes(32).toString('base64url'),
        issueToken: (audience = usual, tags = []) => {
          const iat = Math.floor(clock.now() / 1000)
          const known = { iss, ...usualClaims, aud: audience, iat, exp: iat + lifetimeSeconds, ...claims }
          return issuer.issue({ ...known, ...describeTags(known, tags) })
        },
      }
      jobs.set(job.id, job)
      return job
    },
    authorize: (ci, id = '', bearer = '') => {
      const job = jobs.get(id)
      if (job?.ci !== ci) throw new Refusal('NotFound', 404, 'There is no such job')
      if (!isSame(bearer, job.bearer)) throw new Refusal('Unauthorized', 401, 'The bearer is not that of this job')
      return job
    },
  }
}

/** As AWS reads them: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
function describeTags(claims: Readonly<Record<string, unknown>>, names: readonly string[]): object {
  if (names.length === 0) return {}
  const tags = names.map((name) => [name, [String(claims[name] ?? '')]])
  return { 'https://aws.amazon.com/tags': { principal_tags: Object.fromEntries(tags) } }
}
