/** A role to assume with credentials at hand. */
export interface RoleOptions {
  readonly roleArn: string
  /** Default: `rolecall-` and the time. */
  readonly sessionName?: string
  readonly externalId?: string
  /** 900 to 43200, and no more than the role allows. Default: 3600, by STS. */
  readonly durationSeconds?: number
  /** A session policy as JSON: narrows what the role may do. */
  readonly policy?: string
  /** Managed policies that narrow what the role may do: 10 at the most. */
  readonly policyArns?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  readonly transitiveTagKeys?: readonly string[]
  readonly sourceIdentity?: string
  /** The MFA device that the role asks for; needs {@link mfaCode}. */
  readonly mfaSerial?: string
  /** Asks a person for the six digits that the device shows: they have 5 minutes. */
  readonly mfaCode?: () => Promise<string>
  /** Where STS is asked. Default: the region of the credentials. */
  readonly region?: string
}

/** What STS says of whoever asks. */
export interface CallerIdentity {
  readonly account: string
  readonly arn: string
  readonly userId: string
}
