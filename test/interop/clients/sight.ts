/** What was seen of a client that gets its credentials in one way: a cell of the table. */
export interface Sight {
  readonly cell: Cell
  /** What it said at the end, for people who look for the reason. */
  readonly said: string
}

/**
 * `refreshes`: it worked on through three sessions and no call of it was refused. `gets`: its first session, and no
 * other. `no`: none.
 */
export type Cell = 'refreshes' | 'gets' | 'no'

/** Half a session later there is another; the third one is not the second that the first became. */
export const SESSIONS_TO_SEE = 3
export const SESSION_SECONDS = 12
