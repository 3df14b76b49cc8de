// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Samples in blocks of one length from bytes in pieces of any, signed and with 16 bits, little-endian. */
export async function* pcmBlocks(
  pieces: AsyncIterable<Uint8Array>,
  samplesPerBlock: number,
): AsyncGenerator<Int16Array<ArrayBuffer>> {
  const bytesPerBlock = samplesPerBlock * Int16Array.BYTES_PER_ELEMENT
  let block = new Uint8Array(bytesPerBlock)
  let filled = 0
  for await (const piece of pieces) {
    let rest = piece
    while (rest.length > 0) {
      const taken = rest.subarray(0, bytesPerBlock - filled)
      block.set(taken, filled)
      filled += taken.length
      rest = rest.subarray(taken.length)
      if (filled < bytesPerBlock) break
      yield new Int16Array(block.buffer)
      block = new Uint8Array(bytesPerBlock)
      filled = 0
    }
  }
  // half a sample at the very end is none
  const samples = Math.floor(filled / Int16Array.BYTES_PER_ELEMENT)
  if (samples > 0) yield new Int16Array(block.buffer.slice(0, samples * Int16Array.BYTES_PER_ELEMENT))
}
