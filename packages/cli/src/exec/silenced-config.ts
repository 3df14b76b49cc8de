/**
 * A config or credentials file whose default profile gives no credentials. Every other byte of it stays as it is.
 *
 * The AWS SDKs read these files in ways that differ: where one of them would see such a setting, it goes.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 *         https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 * @module
 */

/** What gives credentials, or makes an SDK believe that the profile does. */
const GIVES_CREDENTIALS: ReadonlySet<string> = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  'credential_process',
  'credential_source',
  'login_session',
  'role_arn',
  'rolesanywhere_trust_anchor_arn',
  'source_profile',
  'sso_account_id',
  'sso_region',
  'sso_role_name',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
])
/** `[default]`, `[profile default]`, quoted as botocore allows; and `[DEFAULT]`, which Python adds to every section. */
const DEFAULT_SECTION = /^\[\s*(?:profile\s+)?(["']?)default\1\s*\]/i
/** Also with the lone carriage return that Python takes for a line end. */
const LINES = /[^\r\n]*(?:\r\n|\n|\r|$)/g

/** @param bytes in any encoding that has ASCII in it. */
export function withoutCredentials(bytes: Uint8Array): Buffer {
  const lines = Buffer.from(bytes).toString('latin1').match(LINES) ?? []
  let inDefault = false
  /** How deep the line is indented whose value goes on below. */
  let droppedIndent: number | undefined

  const kept = lines.filter((line, index) => {
    const text = index === 0 ? line.replace(/^\xef\xbb\xbf/, '') : line
    const content = text.trim()
    const indent = text.length - text.trimStart().length
    if (content === '' || /^[#;]/.test(content)) return true
    if (droppedIndent !== undefined && indent > droppedIndent) return false
    droppedIndent = undefined

    if (content.startsWith('[')) {
      const goesOnForSome = indent > 0 && inDefault // an indented header may be the value of the setting above
      inDefault = DEFAULT_SECTION.test(content) || goesOnForSome
    }
    if (!inDefault || !GIVES_CREDENTIALS.has(readKey(content))) return true
    droppedIndent = indent
    return false
  })
  return Buffer.from(kept.join(''), 'latin1')
}

/** botocore takes a colon, too. */
function readKey(content: string): string {
  return content
    .slice(0, Math.max(content.search(/[=:]/), 0))
    .trim()
    .toLowerCase()
}
