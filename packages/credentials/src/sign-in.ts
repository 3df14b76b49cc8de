/**
 * Signing people in and out: `@rolecall/credentials/sign-in`, apart from the rest since few programs do it.
 *
 * @module
 */
export { type EditableProfile, openProfile } from './clients/config-edit.ts'
export { type RemovedLogin, signOutOfLogin } from './clients/login-sign-out.ts'
export type { BrowserPrompt, DeviceCode, DeviceCodePrompt, SignedIn } from './clients/sso-sign-in.ts'
export type { SignedOut } from './clients/sso-sign-out.ts'
export { type FinishedLogin, type LoginRequest, type StartedLogin, startLogin } from './clients/start-login.ts'
export type { SsoSession } from './formats/sso-settings.ts'
export {
  findSsoSession,
  type SsoSignInOptions,
  signInToSsoWithBrowser,
  signInToSsoWithDeviceCode,
  signOutOfSso,
} from './sso-sign-in.ts'
