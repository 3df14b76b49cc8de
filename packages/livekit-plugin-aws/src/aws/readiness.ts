// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { connect } from './connection.ts'
import type { AwsOptions } from './options.ts'

/** What a call would fail for. */
export interface Lack {
  /** For a log. */
  readonly text: string
  readonly error: unknown
}

/** Finds region and credentials, which the caller with these options then has. Never throws. */
export async function findLacks(options: AwsOptions): Promise<readonly Lack[]> {
  try {
    const { identity } = connect(options)
    const [keys, region] = await Promise.allSettled([identity.keys(), identity.region()])
    return [...lackOf(keys, 'no AWS credentials yet'), ...lackOf(region, 'no AWS region yet')]
  } catch (error) {
    return [{ text: 'AWS cannot be asked with these options', error }]
  }
}

function lackOf(outcome: PromiseSettledResult<unknown>, text: string): readonly Lack[] {
  return outcome.status === 'rejected' ? [{ text, error: outcome.reason }] : []
}
