// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** When a stream is changed for a new one, in epoch milliseconds: before the service ends it, and before its keys end. */
export interface StreamLife {
  /** From here on as soon as it does no harm. */
  readonly changeFromMs: number
  /** From here on whatever goes on. */
  readonly changeAtMs: number
}

/** How old the service lets a stream become, with room to spare. */
export interface AgeLimits {
  readonly changeFromAgeMs: number
  readonly changeAtAgeMs: number
}

const MINUTE_MS = 60_000

/** Keys that end in the middle of a stream end the stream: AWS does not let them be changed. */
export function lifeOfStream(openedAtMs: number, expiration: Date | undefined, limits: AgeLimits): StreamLife {
  const endMs = expiration?.getTime() ?? Number.POSITIVE_INFINITY
  const leftMs = Math.max(0, endMs - openedAtMs)
  return {
    changeFromMs: Math.min(openedAtMs + limits.changeFromAgeMs, endMs - Math.min(5 * MINUTE_MS, leftMs / 2)),
    changeAtMs: Math.min(openedAtMs + limits.changeAtAgeMs, endMs - Math.min(MINUTE_MS / 2, leftMs / 6)),
  }
}
