/** Stand in the seeds of every parser, and nowhere in our own words: a piece of one in an error came from the input. */
export const SECRETS = {
  accessKeyId: 'AKIAQZ7XFUZZMWVT4RPL',
  secretAccessKey: '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',
  sessionToken: 'IQoJb3JpZ2luX2VjEJr/fuZz+Qw9ErTyUi0pAsDfGhJkLzXcVbNm',
  token: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJmdXp6LXF3In0.c2lnbmF0dXJlLWZ1eno',
  password: 'tr0ub4dor-n3ver-pr1nted-q7',
} as const

const PIECE = 8

const pieces = new Set(
  Object.values(SECRETS).flatMap((secret) =>
    Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE)),
  ),
)

/** The first piece of a secret in a text. */
export function findSecret(text: string): string | undefined {
  for (let at = 0; at + PIECE <= text.length; at++) {
    const piece = text.slice(at, at + PIECE)
    if (pieces.has(piece)) return piece
  }
  return undefined
}

/** All pieces of secrets in a text. */
export function listSecrets(text: string): string[] {
  const windows = Array.from({ length: Math.max(0, text.length - PIECE + 1) }, (_, at) => text.slice(at, at + PIECE))
  return windows.filter((piece) => pieces.has(piece))
}
