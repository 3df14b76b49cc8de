// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Text on its way to be spoken. */
import type { Feed } from '../aws/feed.ts'

/** Text to speak, in pieces as it was pushed. A segment is spoken to its end before the next one begins. */
export type Script = Feed<string | typeof SEGMENT_END>

export const SEGMENT_END: unique symbol = Symbol('end of a segment')

/** There is something to say before the segment ends. Where there is not, the segment is over and done with. */
export async function hasText(script: Script): Promise<boolean> {
  while (await script.ready()) {
    const next = script.peek()
    if (typeof next === 'string' && next.trim() !== '') return true
    script.take()
    script.settle()
    if (next === SEGMENT_END) return false
  }
  return false
}

/** Text for Polly from pieces of it: as they are; SSML in whole documents, which Polly wants in one piece each. */
export interface Texts {
  add(piece: string): string[]
  /** What is left at the end of the segment. */
  rest(): string[]
}

export function gatherTexts(textType: 'text' | 'ssml'): Texts {
  return textType === 'ssml' ? gatherDocuments() : { add: (piece) => [piece], rest: () => [] }
}

const END_TAG = '</speak>'

function gatherDocuments(): Texts {
  let open = ''
  return {
    add(piece) {
      const parts = (open + piece).split(END_TAG)
      open = parts.pop() ?? ''
      return parts.map((part) => part + END_TAG)
    },
    rest() {
      const left = open.trim()
      open = ''
      if (left === '') return []
      return [left.startsWith('<speak') ? left : `<speak>${escapeXml(left)}${END_TAG}`]
    },
  }
}

/** Outside of a document there is plain text, as of a greeting that no model wrote. */
function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
