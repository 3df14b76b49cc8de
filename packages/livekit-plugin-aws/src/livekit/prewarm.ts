// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { type JobProcess, log } from '@livekit/agents'
import type { AwsOptions } from '../aws/options.ts'
import { findLacks } from '../aws/readiness.ts'

/**
 * Finds region and credentials before there is a call, so that the first one does not wait for them. For `prewarm` of
 * `defineAgent`: TTS, STT and LLM that are made with the same options in this process use what was found. What
 * was given as `credentials` is asked by each of them: `createCredentials()` remembers, a plain function is asked again.
 *
 * Never throws: what is wrong is logged, and the call says it again.
 */
export async function prewarmAws(proc: JobProcess, options: AwsOptions = {}): Promise<void> {
  for (const { text, error } of await findLacks(options)) log().warn({ pid: proc.pid, error }, text)
}
