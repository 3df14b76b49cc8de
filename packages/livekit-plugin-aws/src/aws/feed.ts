// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/**
 * What a caller pushes, kept until it is known to have arrived: a stream that breaks is begun again from there.
 *
 * The source is read by one read at a time, whoever waits: of two streams, one after the other, none takes what the other
 * was waiting for.
 */
export interface Feed<T> {
  /** There is something to take; false: the source has ended, and all is taken. */
  ready(): Promise<boolean>
  /** What comes next: there is one where {@link ready} said so. */
  peek(): T | undefined
  /** @throws RangeError where nothing is there. */
  take(): T
  /** What was taken and is not settled, oldest first. */
  readonly unsettled: readonly T[]
  /** These many of the oldest have arrived, or are given up: they do not come again. */
  settle(count?: number): void
  /** What was taken and is not settled comes again. */
  rewind(): void
}

export function createFeed<T>(source: { next(): Promise<IteratorResult<T>> }): Feed<T> {
  const waiting: T[] = []
  const taken: T[] = []
  let ended = false
  let reading: Promise<void> | undefined

  const read = async (): Promise<void> => {
    const { done, value } = await source.next()
    reading = undefined
    if (done) ended = true
    else waiting.push(value)
  }

  return {
    async ready() {
      while (waiting.length === 0 && !ended) {
        reading ??= read()
        await reading
      }
      return waiting.length > 0
    },
    peek: () => waiting[0],
    take() {
      if (waiting.length === 0) throw new RangeError('nothing to take')
      const [first] = waiting.splice(0, 1) as [T]
      taken.push(first)
      return first
    },
    unsettled: taken,
    settle(count = taken.length) {
      taken.splice(0, count)
    },
    rewind() {
      waiting.unshift(...taken.splice(0))
    },
  }
}
