/** The system's name for what went wrong, ` (EACCES)`; of the rest of such an error nothing is passed on. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^E[A-Z0-9]{2,15}$/.test(code) ? ` (${code})` : ''
}
