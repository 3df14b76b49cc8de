// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Speech for a text that is there as a whole. */
import { SynthesizeSpeechCommand } from '@aws-sdk/client-polly'
import { beginAnswer, type Waiting } from '../aws/answer.ts'
import { withPolly } from '../aws/clients.ts'
import type { Connection } from '../aws/connection.ts'
import { splitText } from './split-text.ts'
import { type Audio, speechParameters, type Voice } from './voice.ts'

/** How a text is to be spoken. */
export interface Speaking extends Waiting {
  readonly voice: Voice
  readonly audio: Audio
}

/** Billed characters that Polly takes in one request: https://docs.aws.amazon.com/polly/latest/dg/limits.html */
const MOST_CHARACTERS = 3_000

/** Speech for a text that is there as a whole, in the bytes of the format, as they come. */
export async function* synthesize(
  connection: Connection,
  text: string,
  speaking: Speaking,
): AsyncGenerator<Uint8Array> {
  const texts = speaking.voice.textType === 'ssml' ? [text] : splitText(text, MOST_CHARACTERS)
  for (const part of texts) if (part.trim() !== '') yield* synthesizeOne(connection, part, speaking)
}

async function* synthesizeOne(
  connection: Connection,
  text: string,
  { voice, audio, ...waiting }: Speaking,
): AsyncGenerator<Uint8Array> {
  const input = { ...speechParameters(voice, audio), Text: text, TextType: voice.textType }
  const speech = await beginAnswer(connection, waiting, (config, abortSignal) =>
    withPolly(config, (polly) => polly.send(new SynthesizeSpeechCommand(input), { abortSignal })),
  )
  yield* speech.pieces(({ AudioStream }) => AudioStream as AsyncIterable<Uint8Array> | undefined, waiting.timeoutMs)
}
