// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Sound in the pieces that Transcribe wants. */
import { soon } from '../aws/time-limit.ts'

/** A tenth of a second of sound, and where it lies in all that was heard. */
export interface Batch {
  readonly bytes: Uint8Array
  readonly fromSeconds: number
  readonly untilSeconds: number
}

/** As a microphone gives it: pieces of 10 ms and more. */
export interface Sound {
  /** Of several channels by turns. */
  readonly samples: Int16Array
  readonly channels: number
}

/** Pushed so that what came before it is not held back. */
export const FLUSH: unique symbol = Symbol('flush')

const BATCHES_PER_SECOND = 10
/** A batch that is not full waits this long for more: a muted microphone sends none. */
const PATIENCE_MS = 200

/**
 * Sound in batches of 100 ms: Transcribe wants 50 to 200, and each costs a signature, whatever its length.
 *
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming.html#best-practices
 */
export function batchSound(
  source: { next(): Promise<IteratorResult<Sound | typeof FLUSH>> },
  sampleRate: number,
): { next(): Promise<IteratorResult<Batch>> } {
  const batches = fillBatches(source, Math.floor(sampleRate / BATCHES_PER_SECOND))
  let heard = 0
  return {
    async next() {
      const { done, value } = await batches.next()
      if (done) return { done, value: undefined }
      const fromSeconds = heard / sampleRate
      heard += value.samplesPerChannel
      return { done: false, value: { bytes: value.bytes, fromSeconds, untilSeconds: heard / sampleRate } }
    },
  }
}

async function* fillBatches(
  source: { next(): Promise<IteratorResult<Sound | typeof FLUSH>> },
  samplesPerBatch: number,
): AsyncGenerator<{ bytes: Uint8Array; samplesPerChannel: number }, undefined> {
  let batch = new Uint8Array()
  let filled = 0
  let channels = 1
  const release = () => {
    const bytes = batch.subarray(0, filled)
    filled = 0
    return { bytes, samplesPerChannel: bytes.length / Int16Array.BYTES_PER_ELEMENT / channels }
  }

  for (let reading = source.next(); ; ) {
    const next = filled > 0 ? await soon(reading, PATIENCE_MS) : await reading
    if (next === 'silence') {
      yield release()
      continue
    }
    if (next.done) break
    reading = source.next()
    if (next.value === FLUSH) {
      if (filled > 0) yield release()
      continue
    }
    const { samples } = next.value
    channels = next.value.channels
    let rest = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
    while (rest.length > 0) {
      if (filled === 0) batch = new Uint8Array(samplesPerBatch * channels * Int16Array.BYTES_PER_ELEMENT)
      const taken = rest.subarray(0, batch.length - filled)
      batch.set(taken, filled)
      filled += taken.length
      rest = rest.subarray(taken.length)
      if (filled === batch.length) yield release()
    }
  }
  if (filled > 0) yield release()
  return undefined
}
