// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { StaticKeys } from '@rolecall/credentials'
import { type Connection, noteSigner } from '../aws/connection.ts'
import { type RefusalKind, readRefusal } from '../aws/refusal.ts'
import { type AgeLimits, lifeOfStream } from '../aws/stream-life.ts'
import { type ListenOptions, listen } from './listen.ts'
import { createReplay } from './replay.ts'
import type { TranscribeRequest } from './request.ts'
import type { Heard } from './result.ts'

/** Recognises speech for as long as sound comes, over one stream after the other. */
export interface Recognition {
  /**
   * Comes back when the sound has ended, or the signal has come. Called again after a failure, it goes on where nothing
   * is lost.
   *
   * @throws what the AWS SDK threw
   */
  run(signal: AbortSignal): Promise<void>
}

export interface RecognitionOptions extends Pick<ListenOptions, 'feed' | 'timeoutMs' | 'onHeard' | 'onSent'> {
  readonly connection: Connection
  readonly request: TranscribeRequest
  readonly limits?: RecognitionLimits
}

export interface RecognitionLimits extends AgeLimits {
  /** Life that keys should have left when a stream begins. */
  readonly minValidityMs: number
  /** Without sound for this long, a stream is ended. Transcribe would end it after 15 seconds, and lose the last words. */
  readonly muteMs: number
  /** A stream that has lived this long was a good one: when it breaks, the next is tried at once. */
  readonly steadyMs: number
}

const MINUTE_MS = 60_000

/** A stream may live for four hours: https://docs.aws.amazon.com/transcribe/latest/dg/limits-guidelines.html */
const LIMITS: RecognitionLimits = {
  changeFromAgeMs: 225 * MINUTE_MS,
  changeAtAgeMs: 237 * MINUTE_MS,
  minValidityMs: 10 * MINUTE_MS,
  muteMs: 5_000,
  steadyMs: 10_000,
}

export function createRecognition(options: RecognitionOptions): Recognition {
  const { connection, feed, limits = LIMITS } = options
  const { identity } = connection
  const replay = createReplay(feed)
  /** Keys were refused, and the stream after that has not proved good yet. */
  let isRefused = false
  let leftAtSeconds: number | undefined

  const heardWell = (heard: Heard): void => {
    isRefused = false
    options.onHeard(heard)
  }

  /** Transcribe has heard everything, and says no more about it. */
  const finish = (): void => {
    for (const unfinished of replay.end()) options.onHeard({ ...unfinished, isFinal: true })
    feed.settle()
  }

  /** Transcribe was not listening any more. What it did not hear while it said so is heard again, but once. */
  const leave = (): void => {
    const untilSeconds = feed.unsettled.at(-1)?.untilSeconds
    if (replay.isQuiet || untilSeconds === leftAtSeconds) finish()
    else replay.end()
    leftAtSeconds = untilSeconds
  }

  const listenOnce = async (signal: AbortSignal): Promise<boolean> => {
    const keys = await identity.keys(limits.minValidityMs)
    const config = await connection.configure(keys)
    const openedAtMs = Date.now()
    const life = lifeOfStream(openedAtMs, keys.expiration, limits)
    try {
      const { muteMs } = limits
      const ending = await listen(config, { ...options, replay, life, signal, muteMs, onHeard: heardWell })
      if (ending === 'cut') replay.end()
      else finish()
      feed.rewind()
      return ending === 'sound-over'
    } catch (error) {
      const kind = kindOf(error, keys)
      if (kind === 'idle') leave()
      else replay.end()
      feed.rewind()
      if (signal.aborted || kind === 'idle') return signal.aborted
      noteSigner(error, keys)
      const isSteady = Date.now() - openedAtMs >= limits.steadyMs
      if (isSteady) isRefused = false
      if (isRefused || !(isAboutKeys(kind) || (isSteady && isPassing(kind)))) throw error
      isRefused = isAboutKeys(kind)
      if (kind === 'expired') await identity.renewed(keys)
      return false
    }
  }

  return {
    async run(signal) {
      feed.rewind()
      let isOver = false
      // in silence there is no stream: Transcribe ends one that hears nothing for 15 seconds
      while (!isOver && !signal.aborted && (await feed.ready())) isOver = await listenOnce(signal)
    },
  }
}

/** A stream that outlives its keys is refused in whatever words. */
function kindOf(error: unknown, { expiration }: StaticKeys): RefusalKind {
  const { kind } = readRefusal(error)
  const isOver = expiration !== undefined && expiration.getTime() <= Date.now()
  return isOver && (kind === 'invalid' || kind === 'denied') ? 'expired' : kind
}

function isAboutKeys(kind: RefusalKind): boolean {
  return kind === 'expired' || kind === 'skewed'
}

function isPassing(kind: RefusalKind): boolean {
  return kind === 'unreachable' || kind === 'unavailable' || kind === 'timeout' || kind === 'throttled'
}
