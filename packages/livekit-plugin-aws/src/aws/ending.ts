// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** The end of one exchange with a service: by whoever asked for it, or of itself. */
export interface Ending {
  readonly signal: AbortSignal
  /** Lets go of the connection. Not for an answer that has come to its end: its connection may be used again. */
  end(reason?: unknown): void
  /** The exchange is over: whoever asked has no more to say in it. */
  release(): void
}

export function endingWith(asker: AbortSignal): Ending {
  const own = new AbortController()
  const follow = (): void => own.abort(asker.reason)
  if (asker.aborted) follow()
  asker.addEventListener('abort', follow)
  const release = (): void => asker.removeEventListener('abort', follow)
  return {
    signal: own.signal,
    end(reason) {
      release()
      own.abort(reason)
    },
    release,
  }
}
