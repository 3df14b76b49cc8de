// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Asks a model on Bedrock. */
import {
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime'
import { beginAnswer, type Waiting } from '../aws/answer.ts'
import { withBedrock } from '../aws/clients.ts'
import type { Connection } from '../aws/connection.ts'

/** What a model answers, from its first event on. */
export interface Converse {
  readonly requestId: string | undefined
  readonly events: AsyncGenerator<ConverseStreamOutput>
}

/** In the middle of an answer; a model that reasons may be silent for a while. */
const SILENCE_MS = 60_000

export async function converse(
  connection: Connection,
  request: ConverseStreamCommandInput,
  waiting: Waiting,
): Promise<Converse> {
  const { answer, pieces } = await beginAnswer(connection, waiting, (config, abortSignal) =>
    withBedrock(config, (bedrock) => bedrock.send(new ConverseStreamCommand(request), { abortSignal })),
  )
  return { requestId: answer.$metadata.requestId, events: pieces(({ stream }) => stream, SILENCE_MS) }
}
