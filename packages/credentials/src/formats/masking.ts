/** Pieces shorter than this say nothing of a secret, and stand in other texts by chance. */
const SHORTEST_PIECE = 8

/**
 * Puts `…` for each secret, and each piece of one, as it stands or encoded for a URL, in base64 or in hexadecimal: a
 * service quotes what it was sent in its own way.
 */
export function maskSecrets(text: string, secrets: readonly (string | number | undefined)[]): string {
  const forms = secrets.flatMap((secret) => formsOf(String(secret ?? '')))
  let shown = ''
  for (let at = 0; at < text.length; ) {
    const lengths = forms.map((form) => lengthOfPiece(form, text, at))
    const length = Math.max(0, ...lengths)
    shown += length > 0 ? '…' : text.charAt(at)
    at += length || 1
  }
  return shown
}

function formsOf(secret: string): string[] {
  if (secret === '') return []
  const bytes = new TextEncoder().encode(secret)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [secret, encodeURIComponent(secret), btoa(String.fromCharCode(...bytes)), hex, hex.toUpperCase()]
}

/** How much of the text from there on is a piece of the secret; 0 where it is too little to be one. */
function lengthOfPiece(secret: string, text: string, at: number): number {
  let length = Math.min(SHORTEST_PIECE, secret.length)
  if (!secret.includes(text.slice(at, at + length)) || at + length > text.length) return 0
  while (at + length < text.length && secret.includes(text.slice(at, at + length + 1))) length += 1
  return length
}
