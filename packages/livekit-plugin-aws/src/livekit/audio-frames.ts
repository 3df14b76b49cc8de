// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Frames of LiveKit from what Polly sends. */
import { AudioFrame } from '@livekit/rtc-node'
import { decodeMp3 } from '../polly/decode-mp3.ts'
import { pcmBlocks } from '../polly/pcm-blocks.ts'
import type { Audio } from '../polly/voice.ts'

/** A frame of LiveKit: 50 ms of speech, less at the end. */
export interface SpokenFrame {
  readonly frame: AudioFrame
  readonly isLast: boolean
}

const FRAMES_PER_SECOND = 20

/** Frames from what Polly sends, the last one marked. */
export async function* audioFrames(
  bytes: AsyncIterable<Uint8Array>,
  { outputFormat, sampleRate }: Audio,
  signal: AbortSignal,
): AsyncGenerator<SpokenFrame> {
  const pcm = outputFormat === 'mp3' ? decodeMp3(bytes, sampleRate, signal) : bytes
  let held: AudioFrame | undefined
  for await (const samples of pcmBlocks(pcm, Math.floor(sampleRate / FRAMES_PER_SECOND))) {
    if (held) yield { frame: held, isLast: false }
    held = new AudioFrame(samples, sampleRate, 1, samples.length)
  }
  if (held) yield { frame: held, isLast: true }
}
