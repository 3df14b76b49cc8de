/**
 * A role's session for an X.509 certificate, by IAM Roles Anywhere: servers outside of AWS that have one anyway.
 *
 * Reads   the options, else `rolesanywhere_trust_anchor_arn`, `…_profile_arn`, `…_role_arn`, `…_certificate`,
 *         `…_certificate_chain`, `…_private_key`, `…_private_key_process`, `…_passphrase_process`, `…_passphrase_env`,
 *         `…_duration_seconds`, `…_session_name` of the selected profile; the files they name: PEM, or PKCS#12 (.p12, .pfx)
 *         for certificate and key
 * Refresh Its sessions are served a while past their end when it cannot be asked.
 * Source  https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html
 * @module
 */
import { askPersonInTime, callInTime } from '../clients/callback.ts'
import { loadSelectedProfile } from '../clients/selected-profile.ts'
import { CredentialsError } from '../errors.ts'
import { ROLES_ANYWHERE_SETTING } from '../formats/profile-settings.ts'
import { findMissing, type RolesAnywhereSettings, readRolesAnywhere } from '../formats/roles-anywhere-settings.ts'
import { readSetting } from '../formats/variable.ts'
import { BOUNDED, type Provider, skip } from '../model/provider.ts'

const SOURCE = 'roles-anywhere'

/** What is left out comes from the selected profile. */
export interface RolesAnywhereOptions extends Partial<RolesAnywhereSettings> {
  /**
   * A PEM file (`-` is standard input), PEM itself, or what gives that for each session, within 60 s: PKCS#8, PKCS#1 or SEC1.
   * Not needed where `certificate` is a PKCS#12 file.
   */
  readonly privateKey?: string | (() => Promise<string>) | undefined
  /** Asked where the key, or the PKCS#12 file, is encrypted: who types it has 5 minutes. */
  readonly passphrase?: (() => Promise<string>) | undefined
}

/**
 * Steps aside where no trust anchor is named. Throws `CONFIG_INVALID`, `REGION_INVALID`, `FILE_MISSING`,
 * `FILE_UNREADABLE`, `PROCESS_FAILED`, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`.
 */
export function fromRolesAnywhere(options: RolesAnywhereOptions = {}): Provider {
  return {
    name: SOURCE,
    timeoutMs: BOUNDED,
    async provide(context) {
      const selected = await loadSelectedProfile(context)
      const { name, properties } = selected
      if (options.trustAnchorArn === undefined && readSetting(properties, ROLES_ANYWHERE_SETTING) === undefined)
        return skip(`profile ${name} has no ${ROLES_ANYWHERE_SETTING}`)

      const { privateKey, passphrase, ...given } = options
      const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      const settings = { ...readRolesAnywhere(properties), ...named }
      const missing = findMissing(settings)
      if (missing) {
        const remedy = `Give ${missing.option}, or set ${missing.setting}`
        throw new CredentialsError(`${missing.option} is missing`, { code: 'CONFIG_INVALID', source: SOURCE, remedy })
      }
      const { createRolesAnywhereSession } = await import('../clients/roles-anywhere.ts')
      const { keyReaders } = await import('../clients/roles-anywhere-key.ts')
      const key = typeof privateKey === 'string' ? { ...settings, keyProcess: undefined, privateKey } : settings
      const readers = keyReaders(context, key, { source: SOURCE })
      const callback = { host: context.host, signal: context.signal, source: SOURCE }
      return createRolesAnywhereSession(context, selected, {
        ...(settings as RolesAnywhereSettings),
        readKey:
          typeof privateKey === 'function'
            ? () => callInTime({ ...callback, name: 'the private key' }, privateKey)
            : readers.readKey,
        readPassphrase: passphrase
          ? () => askPersonInTime({ ...callback, name: 'the passphrase' }, passphrase)
          : readers.readPassphrase,
        source: SOURCE,
      })
    },
  }
}
