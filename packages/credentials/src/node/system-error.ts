/** An error with a code, as the system gives them, for what the system does not refuse by itself. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code })
}
