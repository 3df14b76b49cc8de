/** What happened to credentials, and when. Never holds a secret. */
export type CredentialEvent =
  | {
      readonly type: 'found' | 'refreshed'
      readonly at: Date
      readonly source: string
      readonly expiration: Date | undefined
    }
  | {
      readonly type: 'refresh-failed' | 'served-stale'
      readonly at: Date
      readonly source: string
      readonly code: string
    }
  | { readonly type: 'invalidated'; readonly at: Date; readonly source: string }
  | {
      readonly type: 'warning'
      readonly at: Date
      readonly source: string
      readonly code: string
      readonly text: string
    }
