// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { type JobProcess, log } from '@livekit/agents'
import { connect } from '../aws/connection.ts'
import type { AwsOptions } from '../aws/options.ts'

/**
 * Finds region and credentials before there is a call, so that the first one does not wait for them. For `prewarm` of
 * `defineAgent`: TTS, STT and LLM that are made with the same options in this process use what was found.
 *
 * Never throws: what is wrong is logged, and the call says it again.
 */
export async function prewarmAws(proc: JobProcess, options: AwsOptions = {}): Promise<void> {
  const { identity } = connect(options)
  try {
    await Promise.all([identity.keys(), identity.region()])
  } catch (error) {
    log().warn({ pid: proc.pid, error }, 'no AWS credentials yet')
  }
}
