/** The jobs that a role is to trust, as each issuer names them. */

/** Branches, tags and environments may have `*` and `?` in their names here; nothing else may. */
export type TrustedJob =
  | {
      readonly provider: 'github'
      /** OWNER/REPO */
      readonly repo: string
      /** Both or none: with them the subject has ids, and repository_id is asked for. */
      readonly ownerId?: string | undefined
      readonly repoId?: string | undefined
      /** One of three. */
      readonly branch?: string | undefined
      readonly tag?: string | undefined
      readonly environment?: string | undefined
      /** Of GitHub Enterprise. */
      readonly issuer?: string | undefined
    }
  | {
      readonly provider: 'gitlab'
      /** GROUP/PROJECT */
      readonly repo: string
      /** One of two. */
      readonly branch?: string | undefined
      readonly tag?: string | undefined
      /** On gitlab.com: asked for beside the path, which can be given to others. */
      readonly projectId?: string | undefined
      readonly issuer?: string | undefined
    }
  | {
      readonly provider: 'bitbucket'
      readonly workspace: string
      readonly workspaceId: string
      readonly repoId: string
      readonly environmentId?: string | undefined
    }
  | {
      readonly provider: 'circleci'
      readonly orgId: string
      readonly projectId: string
      readonly branch?: string | undefined
    }
  | {
      readonly provider: 'buildkite'
      readonly org: string
      readonly pipeline: string
      readonly branch?: string | undefined
    }
  | {
      readonly provider: 'azure-devops'
      readonly orgId: string
      readonly org: string
      readonly project: string
      readonly serviceConnection: string
    }
  | {
      readonly provider: 'terraform'
      readonly org: string
      readonly project: string
      readonly workspace: string
      /** Both, unless one is named. */
      readonly runPhase?: string | undefined
    }
  | {
      readonly provider: 'kubernetes'
      readonly issuer: string
      readonly namespace: string
      readonly serviceAccount: string
    }
