// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { Feed } from '../aws/feed.ts'
import type { Batch } from './batches.ts'
import type { Heard } from './result.ts'

/** Decides which sound would have to be heard again if the stream broke now: what is not final yet, and no more. */
export interface Replay {
  /** Transcribe has begun to understand something, and has not finished. */
  readonly isOpen: boolean
  /** Nobody is speaking: all that can be heard is final. */
  readonly isQuiet: boolean
  /** How long nothing could be heard, up to now. */
  readonly silentSeconds: number
  /** After each batch that was taken. */
  taken(batch: Batch): void
  heard(result: Heard): void
  /** A stream is over: what it had begun to understand and not finished, by now all that will be known of it. */
  end(): Heard[]
}

/** The longest stretch that is heard again. */
const MOST_SECONDS = 60
/** Kept before the first sound of speech, and before where Transcribe says that it began. */
const LEAD_SECONDS = 0.5
const BYTES_OF_TWO_CHANNELS = 4
/** Of 32768: below this nobody speaks. */
const QUIET_AMPLITUDE = 330

export function createReplay(feed: Feed<Batch>): Replay {
  /** What is not final, by channel: its beginning, and the latest of it. */
  const open = new Map<string, { readonly fromSeconds: number; readonly latest: Heard }>()
  let finalUntilSeconds = 0
  let silentSeconds = 0

  const settle = (): void => {
    const { unsettled } = feed
    const lastSeconds = unsettled.at(-1)?.untilSeconds ?? 0
    const beganSeconds = open.size > 0 ? earliest(open.values()) : firstSound(unsettled, finalUntilSeconds)
    const withLead = Math.min(beganSeconds, lastSeconds) - LEAD_SECONDS
    const neededFrom = Math.max(withLead, finalUntilSeconds, lastSeconds - MOST_SECONDS)
    const needed = unsettled.findIndex((batch) => middleOf(batch) >= neededFrom)
    if (needed !== 0) feed.settle(needed < 0 ? unsettled.length : needed)
  }

  return {
    get isOpen() {
      return open.size > 0
    },
    get isQuiet() {
      return open.size === 0 && firstSound(feed.unsettled, finalUntilSeconds) === Number.POSITIVE_INFINITY
    },
    get silentSeconds() {
      return silentSeconds
    },
    taken(batch) {
      silentSeconds = isSilent(batch) ? silentSeconds + batch.untilSeconds - batch.fromSeconds : 0
      settle()
    },
    heard(result) {
      const { isFinal, text, fromSeconds, untilSeconds, channel = '' } = result
      if (isFinal) {
        open.delete(channel)
        // of two channels, one may still be at what the other has finished
        if (open.size === 0) finalUntilSeconds = Math.max(finalUntilSeconds, untilSeconds)
      } else if (text !== '') {
        const began = open.get(channel)?.fromSeconds ?? fromSeconds
        open.set(channel, { fromSeconds: Math.min(began, fromSeconds), latest: result })
      }
      settle()
    },
    end() {
      for (const batch of feed.unsettled) silenceUntil(finalUntilSeconds, batch)
      const unfinished = [...open.values()].map(({ latest }) => latest)
      open.clear()
      return unfinished
    },
  }
}

/** What is final is not heard twice, not even a part of a batch. */
function silenceUntil(seconds: number, { bytes, fromSeconds, untilSeconds }: Batch): void {
  const share = (seconds - fromSeconds) / (untilSeconds - fromSeconds)
  const end = Math.min(1, Math.max(0, share)) * bytes.length
  bytes.fill(0, 0, end - (end % BYTES_OF_TWO_CHANNELS))
}

function earliest(speeches: Iterable<{ readonly fromSeconds: number }>): number {
  return Math.min(...[...speeches].map(({ fromSeconds }) => fromSeconds))
}

/** Where something can be heard of which Transcribe has not said anything yet. */
function firstSound(batches: readonly Batch[], afterSeconds: number): number {
  const loud = batches.find((batch) => middleOf(batch) >= afterSeconds && !isSilent(batch))
  return loud?.fromSeconds ?? Number.POSITIVE_INFINITY
}

function isSilent({ bytes }: Batch): boolean {
  const samples = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 1 < samples.byteLength; at += Int16Array.BYTES_PER_ELEMENT)
    if (Math.abs(samples.getInt16(at, true)) > QUIET_AMPLITUDE) return false
  return true
}

function middleOf({ fromSeconds, untilSeconds }: Batch): number {
  return (fromSeconds + untilSeconds) / 2
}
