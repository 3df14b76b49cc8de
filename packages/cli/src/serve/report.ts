/** What people and supervisors are told on stderr while a server runs: sentences, or with --json an object a line. */

import { writeErr } from '../output.ts'
import { isShownFailure } from '../render/failure.ts'
import type { Endpoint } from './endpoint.ts'
import type { ServeListener } from './served-profile.ts'

export interface Report extends ServeListener {
  /** What was told before is told now: until then nobody knows of a server. */
  ready(endpoint: Endpoint, socketPath: string | undefined, profiles: readonly (string | undefined)[]): void
  /** Not told where it never was ready. @param signal undefined where the command has ended that it was for. */
  stopped(signal?: string): void
}

/** @param forChild a command is given the address: people need not be told. */
export function createReport(json: boolean, { forChild = false } = {}): Report {
  const { ready, onRenewed, onFailed, stopped } = json ? reportAsJson() : reportInWords(forChild)
  const missed = new Map<string | undefined, () => void>()
  let isReady = false
  const later = (profile: string | undefined, tell: () => void): void => {
    if (isReady) tell()
    else missed.set(profile, tell)
  }
  return {
    ready: (...what) => {
      isReady = true
      ready(...what)
      for (const tell of missed.values()) tell()
    },
    onRenewed: (profile, session) => later(profile, () => onRenewed(profile, session)),
    onFailed: (profile, ...failure) => later(profile, () => onFailed(profile, ...failure)),
    stopped: (signal) => {
      if (isReady) stopped(signal)
    },
  }
}

function reportAsJson(): Report {
  const tell = (event: string, fields: object): void =>
    writeErr(`${JSON.stringify({ event, at: new Date().toISOString(), ...fields })}\n`)
  return {
    ready: ({ url }, socket, profiles) =>
      tell('ready', { url, socket, profiles: profiles.filter(Boolean), pid: process.pid }),
    onRenewed: (profile, { credentials, untilMs }) =>
      tell('refreshed', {
        profile,
        source: credentials.source,
        expiration: credentials.expiration && new Date(untilMs).toISOString(),
      }),
    onFailed: (profile, error, validUntil) => tell('refresh-failed', { profile, ...describe(error), validUntil }),
    stopped: (signal) => tell('stopped', { signal }),
  }
}

function reportInWords(forChild: boolean): Report {
  const failing = new Set<string | undefined>()
  const tell = (text: string): void => writeErr(`rolecall: ${text}\n`)
  const of = (profile: string | undefined): string => (profile === undefined ? '' : ` of profile ${profile}`)
  return {
    ready: ({ url }, socket) => {
      if (forChild) return
      tell(`credentials are served at ${url}${socket === undefined ? '' : ` and ${socket}`}`)
      writeErr('  Set the variables above where a program is to find them. Ctrl-C ends the server.\n')
    },
    onRenewed: (profile) => {
      if (failing.delete(profile)) tell(`credentials${of(profile)} are renewed again`)
    },
    onFailed: (profile, error, validUntil) => {
      if (failing.has(profile)) return
      failing.add(profile)
      const until = validUntil ? `; those at hand are served until ${validUntil.toISOString()}` : ''
      tell(`credentials${of(profile)} could not be renewed${until}\n  ${describe(error).message}`)
    },
    stopped: () => {},
  }
}

function describe(error: unknown): { readonly code: string; readonly message: string; readonly remedy?: string } {
  if (!isShownFailure(error)) return { code: 'INTERNAL', message: 'rolecall failed in a way that it did not foresee' }
  return { code: error.code, message: error.message, remedy: error.remedy }
}
