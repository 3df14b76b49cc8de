/**
 * Devices that wait for a person to enter their code.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc8628
 * @module
 */
import { randomInt } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { createSecret } from '../oauth/one-time.ts'
import type { Client } from './clients.ts'
import { createRefusal } from './errors.ts'

export const DEVICE_LIFETIME_SECONDS = 600
const INTERVAL_SECONDS = 1
const SLOW_DOWN_SECONDS = 5
/** Timers of clients are not that exact. */
const INTERVAL_TOLERANCE_MS = 100
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

export interface Device {
  readonly client: Client
  readonly deviceCode: string
  readonly userCode: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
  intervalSeconds: number
  decision: 'pending' | 'allowed' | 'denied'
}

export interface Devices {
  begin(client: Client): Device
  /** The one that still waits for this code, however it is typed. */
  findWaiting(userCode: string): Device | undefined
  /** Ends well once for each device. @throws Refusal */
  redeem(deviceCode: string, client: Client): void
}

export function createDevices(clock: Clock): Devices {
  const devices = new Map<string, Device & { polledAt: number }>()
  return {
    begin: (client) => {
      const device = {
        client,
        deviceCode: createSecret(),
        userCode: `${createLetters()}-${createLetters()}`,
        expiresAt: clock.now() + DEVICE_LIFETIME_SECONDS * 1000,
        intervalSeconds: INTERVAL_SECONDS,
        decision: 'pending' as const,
        polledAt: Number.NEGATIVE_INFINITY,
      }
      devices.set(device.deviceCode, device)
      return device
    },
    findWaiting: (userCode) => {
      const typed = normalize(userCode)
      const waits = (device: Device): boolean => device.decision === 'pending' && device.expiresAt > clock.now()
      return [...devices.values()].find((device) => normalize(device.userCode) === typed && waits(device))
    },
    redeem: (deviceCode, client) => {
      const device = devices.get(deviceCode)
      if (device?.client.id !== client.id) throw createRefusal('invalid_grant', 'Invalid device code')
      if (device.expiresAt <= clock.now()) throw createRefusal('expired_token', 'The device code has expired')
      if (device.decision === 'pending') throw putOff(device, clock.now())
      devices.delete(deviceCode)
      if (device.decision === 'denied') throw createRefusal('access_denied', 'The person has denied the request')
    },
  }
}

function putOff(device: Device & { polledAt: number }, now: number): Error {
  const early = now - device.polledAt < device.intervalSeconds * 1000 - INTERVAL_TOLERANCE_MS
  device.polledAt = now
  if (!early) return createRefusal('authorization_pending', 'The person has not answered yet')
  device.intervalSeconds += SLOW_DOWN_SECONDS
  return createRefusal('slow_down', `Ask every ${device.intervalSeconds} seconds only`)
}

function createLetters(): string {
  return Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}

function normalize(userCode: string): string {
  return userCode.toUpperCase().replace(/[^A-Z]/g, '')
}
