// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** The clients of the AWS SDK, and the connections that they share: a new one to each request would cost a TLS handshake. */
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import { PollyClient } from '@aws-sdk/client-polly'
import { TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { ClientConfig } from './connection.ts'
import { readRefusal } from './refusal.ts'
import { WholeAnswers } from './whole-answers.ts'

/**
 * The SDK's own choice for Bedrock is HTTP/2, where every stream of events gets a connection to itself. Over HTTP/1.1 the
 * answer of a model is an ordinary response, and its connection is kept.
 */
let bedrockHandler = new NodeHttpHandler()
/** Many requests over one connection. A stream of events gets one to itself. */
let pollyHandler = newHttp2Handler()
const transcribeHandler = newHttp2Handler()

/** How far this machine's clock was off, as the SDK found out from an answer. Clients come and go; the clock stays wrong. */
let clockOffsetMs = 0

/** Without a logger the SDK warns on the console of what it throws as well. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

type Client = { readonly config: { systemClockOffset: number } }

export function withBedrock<T>(config: ClientConfig, work: (client: BedrockRuntimeClient) => Promise<T>): Promise<T> {
  return keepingTime(work, new BedrockRuntimeClient(fill(config, bedrockHandler)))
}

export function bedrockConnections(): NodeHttpHandler {
  return bedrockHandler
}

export function withPolly<T>(config: ClientConfig, work: (client: PollyClient) => Promise<T>): Promise<T> {
  return keepingTime(work, new PollyClient(fill(config, pollyHandler)))
}

export function withTranscribe<T>(
  config: ClientConfig,
  work: (client: TranscribeStreamingClient) => Promise<T>,
): Promise<T> {
  return keepingTime(work, new TranscribeStreamingClient(fill(config, transcribeHandler)))
}

/** After a time-out the connection may be dead without a sign of it: what comes next takes a new one. */
export function leaveConnections(): void {
  bedrockHandler = new NodeHttpHandler()
  pollyHandler = newHttp2Handler()
}

function newHttp2Handler(): WholeAnswers {
  return new WholeAnswers({ disableConcurrentStreams: false })
}

function fill<H>(config: ClientConfig, requestHandler: H) {
  return { ...config, requestHandler, logger: SILENT, systemClockOffset: clockOffsetMs }
}

/**
 * The SDK takes the time from the head of an answer when it has read its first event, which in a silent call is minutes
 * later: the clock is set only where a request was refused for it.
 */
async function keepingTime<C extends Client, T>(work: (client: C) => Promise<T>, client: C): Promise<T> {
  let seenMs = clockOffsetMs
  Object.defineProperty(client.config, 'systemClockOffset', {
    get: () => clockOffsetMs,
    set: (offsetMs: number) => {
      seenMs = offsetMs
    },
  })
  try {
    return await work(client)
  } catch (error) {
    if (readRefusal(error).kind === 'skewed') clockOffsetMs = seenMs
    throw error
  }
}
