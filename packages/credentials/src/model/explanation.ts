import type { Warning } from './provider.ts'

/** How credentials are found here: each source in order, what it said, and what to do. Holds no secret. */
export interface Explanation {
  readonly outcome: 'found' | 'failed'
  /** The provider that wins. */
  readonly source: string | undefined
  readonly profile: { readonly name: string; readonly chosenBy: string }
  readonly region: { readonly name: string | undefined; readonly chosenBy: string }
  readonly attempts: readonly ExplainedAttempt[]
  /** Shadowed sources, ambiguity, long-lived keys. */
  readonly warnings: readonly Warning[]
}

export interface ExplainedAttempt {
  readonly source: string
  readonly outcome: 'found' | 'skipped' | 'failed' | 'not-reached'
  /** One sentence. */
  readonly reason: string
  readonly code?: string
  readonly remedy?: string
  readonly location?: { readonly file: string; readonly line?: number | undefined }
  /** What was read: variables, files, endpoints, role, expiry. Key ids are masked. */
  readonly facts: Readonly<Record<string, string>>
  /** The plan of a profile: its base, then each role. */
  readonly steps?: readonly string[]
  readonly durationMs: number
}
