/**
 * Writes a trust policy that lets in the jobs of one project, and no others: for each issuer its own key, audience and form
 * of subject, ids in the place of names where the issuer has them.
 */
import { nameOfIssuer } from '../issuers.ts'
import { escapeVariables } from '../variables.ts'
import type { TrustedJob } from './trusted-job.ts'
import { demand, describeTokens } from './trusted-tokens.ts'

export interface CreateTrustPolicyOptions {
  /** Where the role and the provider are. */
  readonly account: string
  /** Default 'aws'. */
  readonly partition?: string | undefined
  /** Default: what the issuer's jobs ask for when they want to go to AWS. */
  readonly audience?: string | undefined
}

export interface CreatedTrustPolicy {
  readonly policy: CreatedDocument
  /** What the account needs a provider for. */
  readonly issuer: string
  readonly audience: string
}

export interface CreatedDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly [
    {
      readonly Effect: 'Allow'
      readonly Principal: { readonly Federated: string }
      readonly Action: 'sts:AssumeRoleWithWebIdentity'
      readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
    },
  ]
}

/**
 * What it writes has no finding of `lintTrustPolicy` above a note.
 *
 * @throws CredentialsError `CONFIG_INVALID`: something is missing, or is not what the issuer has.
 */
export function createTrustPolicy(job: TrustedJob, options: CreateTrustPolicyOptions): CreatedTrustPolicy {
  const { account, partition = 'aws' } = options
  demand(/^\d{12}$/.test(account), 'the account is not 12 digits', 'Write the id of the account')
  demand(/^aws[a-z-]*$/.test(partition), 'the partition is none', 'Write aws, aws-cn or aws-us-gov')
  const trusted = describeTokens(job, partition)
  const audience = options.audience ?? trusted.audience
  demand(audience !== '' && !/[*?]/.test(audience), 'the audience is none', 'Write it in full')
  const name = nameOfIssuer(trusted.issuer)
  const key = (claim: string): string => `${name}:${claim}`
  const subject = { [key('sub')]: oneOrMany(trusted.subjects) }
  const equal = {
    [key('aud')]: escapeVariables(audience),
    ...(!trusted.wildcards && subject),
    ...Object.fromEntries(Object.entries(trusted.claims ?? {}).map(([claim, value]) => [key(claim), value])),
  }
  const policy: CreatedDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${name}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: equal,
          ...(trusted.wildcards && { StringLike: subject }),
          ...(trusted.excluded !== undefined && { StringNotLike: { [key('sub')]: trusted.excluded } }),
        },
      },
    ],
  }
  return { policy, issuer: trusted.issuer, audience }
}

function oneOrMany(texts: readonly string[]): string | readonly string[] {
  return texts.length === 1 && texts[0] !== undefined ? texts[0] : texts
}
