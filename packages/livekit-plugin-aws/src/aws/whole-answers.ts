// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream'
import { NodeHttp2Handler } from '@smithy/node-http-handler'

/**
 * HTTP/2 for the AWS SDK, where an answer that breaks off is an error. To Node it is one only as long as the request is
 * still being sent: after that, a lost connection looks like the end of the answer, and half a sentence like a whole one.
 */
export class WholeAnswers extends NodeHttp2Handler {
  override async handle(...request: Parameters<NodeHttp2Handler['handle']>): ReturnType<NodeHttp2Handler['handle']> {
    const answer = await super.handle(...request)
    const body: Readable = answer.response.body
    const pieces = body[Symbol.asyncIterator].bind(body)
    Object.defineProperty(body, Symbol.asyncIterator, { value: () => wholly(body, pieces()) })
    return answer
  }
}

async function* wholly(body: Readable, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* { [Symbol.asyncIterator]: () => pieces }
  if (!body.readableEnded) throw Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' })
}
