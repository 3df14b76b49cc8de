// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { RoleOptions, StaticKeys } from '@rolecall/credentials'

/** Where Polly, Transcribe and Bedrock are asked, and as whom: the options that TTS, STT and LLM have in common. */
export interface AwsOptions {
  /**
   * Default: what `createCredentials({ region })` was told, AWS_REGION, AWS_DEFAULT_REGION, the region of the profile, that
   * of the instance. None is guessed.
   */
  readonly region?: string | undefined
  /**
   * Keys, or what gives them: `createCredentials()` of `@rolecall/credentials`, or any provider of the AWS SDK. Default:
   * found where the code runs, renewed before they end.
   */
  readonly credentials?: StaticKeys | CredentialProvider | undefined
  /** A profile of the shared config files. Must exist. */
  readonly profile?: string | undefined
  /** Assumed on top of the credentials; of several, one after the other. */
  readonly role?: RoleOptions | readonly RoleOptions[] | undefined
  /**
   * `shared`: sessions of roles are kept on this machine for every process. A worker of LiveKit begins one for each call: so
   * the next one does not ask STS again. Default: `memory`.
   */
  readonly store?: 'memory' | 'shared' | undefined
  /** Instead of the region's own, as for a VPC endpoint. Plain http on loopback only. */
  readonly endpoint?: string | undefined
}

/** Asked for keys before each request. After a refusal as expired it is asked with `forceRefresh`. */
export type CredentialProvider = (request?: {
  readonly minValidityMs?: number
  readonly forceRefresh?: boolean
}) => Promise<StaticKeys>

/** @throws TypeError for an endpoint that is no URL, or that would send what is signed in the clear. */
export function checkEndpoint(endpoint: string | undefined): void {
  if (endpoint === undefined) return
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol === 'https:') return
  if (url?.protocol === 'http:' && isLoopback(url.hostname)) return
  throw new TypeError('endpoint is an https URL, or an http one on loopback')
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
