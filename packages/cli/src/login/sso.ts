/** Signs in to IAM Identity Center: in the browser of this machine, or with a code in any. */

import { isatty } from 'node:tty'
import { printable } from '@rolecall/credentials'
import {
  type DeviceCode,
  type SignedIn,
  type SsoSignInOptions,
  signInToSsoWithBrowser,
  signInToSsoWithDeviceCode,
} from '@rolecall/credentials/sign-in'
import { writeErr } from '../output.ts'
import { hasColours } from '../render/colour.ts'
import { type Way, withBrowser } from './browser-answer.ts'
import { showWaiting } from './waiting.ts'

/** @throws CredentialsError as `signInToSsoWithBrowser` does */
export async function signInToSso(options: SsoSignInOptions, way: Way, noColour: boolean): Promise<SignedIn> {
  if (way.browser === 'elsewhere') return signInElsewhere(options, noColour)
  return withBrowser(way.opener, ({ port, open, wait }) =>
    signInToSsoWithBrowser({ ...options, port, openBrowser: open, waitForRedirect: wait }),
  )
}

async function signInElsewhere(options: SsoSignInOptions, noColour: boolean): Promise<SignedIn> {
  let stopShowing = (): void => {}
  const showCode = async (code: DeviceCode): Promise<void> => {
    writeErr(await describeCode(code, noColour))
    stopShowing = showWaiting('Waiting for your answer there', code.expiration.getTime())
  }
  return signInToSsoWithDeviceCode({ ...options, showCode }).finally(() => stopShowing())
}

async function describeCode({ userCode, page, pageWithCode }: DeviceCode, noColour: boolean): Promise<string> {
  const lines = [
    'Open this page in a browser anywhere:',
    '',
    `  ${printable(pageWithCode)}`,
    '',
    `and compare the code, or enter it at ${printable(page)}`,
    '',
    `  ${printable(userCode)}`,
    '',
    '',
  ]
  if (!isatty(2)) return lines.join('\n')
  const { renderQrCode } = await import('./qr-code.ts')
  return `${renderQrCode(pageWithCode, hasColours(noColour, 2))}\n${lines.join('\n')}`
}
