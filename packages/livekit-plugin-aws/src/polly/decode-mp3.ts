// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { getFfmpegPath } from '@livekit/av'

/** Turns mp3 into samples, mono and with 16 bits, by the FFmpeg that LiveKit Agents brings along. */
export async function* decodeMp3(
  mp3: AsyncIterable<Uint8Array>,
  sampleRate: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const decoder = startDecoder(sampleRate)
  const stop = (): unknown => decoder.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  const ended = new Promise<number | null>((resolve, reject) => {
    decoder.once('error', () => reject(new Error('FFmpeg cannot be started: set LIVEKIT_FFMPEG_PATH to its path')))
    decoder.once('close', resolve)
  })
  ended.catch(() => {})
  const fed = feed(mp3, decoder.stdin).finally(() => decoder.stdin.end())
  fed.catch(stop)
  try {
    for await (const piece of decoder.stdout) yield piece as Uint8Array
    await fed
    if ((await ended) !== 0) throw new Error('FFmpeg could not decode what Polly sent as mp3')
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

function startDecoder(sampleRate: number): ChildProcessByStdio<Writable, Readable, null> {
  // as LiveKit Agents chooses it
  const path = process.env['LIVEKIT_FFMPEG_PATH'] || getFfmpegPath() || 'ffmpeg'
  const input = ['-f', 'mp3', '-i', 'pipe:0']
  const output = ['-f', 's16le', '-ac', '1', '-ar', String(sampleRate), '-flush_packets', '1', 'pipe:1']
  const quiet = ['-hide_banner', '-loglevel', 'quiet', '-nostdin', '-fflags', 'nobuffer', '-probesize', '32']
  return spawn(path, [...quiet, ...input, ...output], { stdio: ['pipe', 'pipe', 'ignore'] })
}

async function feed(pieces: AsyncIterable<Uint8Array>, stdin: Writable): Promise<void> {
  stdin.on('error', () => {}) // a decoder that has ended says so by its exit status
  for await (const piece of pieces) {
    if (!stdin.writable) return
    if (!stdin.write(piece)) await new Promise((resolve) => stdin.once('drain', resolve).once('close', resolve))
  }
}
