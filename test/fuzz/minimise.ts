const MAX_TRIES = 3_000
const MAX_MS = 10_000

/** The input without every piece that is not needed for it to fail: halves first, single bytes last. */
export async function minimise(
  input: Uint8Array,
  fails: (candidate: Uint8Array) => boolean | Promise<boolean>,
): Promise<Uint8Array> {
  let best = input
  let tries = 0
  const untilMs = performance.now() + MAX_MS
  const goesOn = (): boolean => tries < MAX_TRIES && performance.now() < untilMs
  for (let size = Math.ceil(best.length / 2); size >= 1 && goesOn(); ) {
    let shrunk = false
    for (let at = 0; at < best.length && goesOn(); ) {
      const candidate = without(best, at, size)
      tries++
      if (await fails(candidate)) {
        best = candidate
        shrunk = true
      } else at += size
    }
    if (size > 1) size = Math.ceil(size / 2)
    else if (!shrunk) break
  }
  return best
}

function without(input: Uint8Array, at: number, size: number): Uint8Array {
  const out = new Uint8Array(Math.max(0, input.length - Math.min(size, input.length - at)))
  out.set(input.subarray(0, at))
  out.set(input.subarray(Math.min(input.length, at + size)), at)
  return out
}
