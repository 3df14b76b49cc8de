/** Who an access key speaks for. */
export type Identity = UserIdentity | RoleSessionIdentity

export interface UserIdentity {
  readonly type: 'user'
  readonly name: string
  readonly arn: string
  readonly userId: string
}

export interface RoleSessionIdentity {
  readonly type: 'role-session'
  readonly roleArn: string
  readonly sessionName: string
  /** Of the session: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION. */
  readonly arn: string
  /** ROLE-ID:SESSION. */
  readonly userId: string
}

/** What a session took along when it began, and passes on. */
export interface SessionTraits {
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
  /** An MFA code was given when the session began. */
  readonly mfaPresent: boolean
}
