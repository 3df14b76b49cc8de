const MAX_LENGTH = 64

/**
 * The name of a session after what runs in it, as STS and CloudTrail take one. What tells one run from another is whole;
 * where it was may be cut.
 */
export function nameSession(prefix: string, place: string | undefined, run: string | undefined): string | undefined {
  if (run === undefined) return undefined
  const tail = `-${clean(run)}`
  const head = clean(place === undefined ? prefix : `${prefix}-${place}`)
  return (head.slice(0, Math.max(0, MAX_LENGTH - tail.length)) + tail).slice(-MAX_LENGTH)
}

function clean(text: string): string {
  return text.replace(/[^\w+=,.@-]+/g, '-')
}
