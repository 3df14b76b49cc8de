/**
 * Speech that a program can read without a mistake: each character is 10 ms of sound at a level of its own. So a test knows
 * whether every sample arrived, in order and once, and needs no voice and no recogniser.
 */
import type { Ear, Ears, HeardPart, Voice } from './actors.ts'

const CHARACTERS_PER_SECOND = 100
const FIRST_CODE = 32
const LOWEST_LEVEL = 2_000
const LEVEL_STEP = 200
/** Of silence: after that what was said is final. */
const PAUSE_SECONDS = 0.3

export const codedVoice: Voice = async (text, sampleRate) => {
  const each = sampleRate / CHARACTERS_PER_SECOND
  const samples = new Int16Array(text.length * each)
  for (const [index, character] of [...text].entries())
    samples.fill(LOWEST_LEVEL + (character.charCodeAt(0) - FIRST_CODE) * LEVEL_STEP, index * each, (index + 1) * each)
  return Buffer.from(samples.buffer)
}

/** Text of samples from {@link codedVoice}; silence says nothing. */
export function readCodedSpeech(samples: Int16Array, sampleRate: number): string {
  const each = sampleRate / CHARACTERS_PER_SECOND
  let text = ''
  for (let at = Math.floor(each / 2); at < samples.length; at += each) {
    const level = samples[at] ?? 0
    if (level !== 0) text += String.fromCharCode(FIRST_CODE + Math.round((level - LOWEST_LEVEL) / LEVEL_STEP))
  }
  return text
}

export const codedEars: Ears = (sampleRate): Ear => {
  let spoken: number[] = []
  let silent = 0
  let heard = 0
  let fromSeconds = 0

  const part = (isFinal: boolean): HeardPart => ({
    text: readCodedSpeech(Int16Array.from(spoken), sampleRate),
    isFinal,
    fromSeconds,
    untilSeconds: fromSeconds + spoken.length / sampleRate,
  })
  const finish = (): HeardPart[] => {
    if (spoken.length === 0) return []
    const whole = part(true)
    spoken = []
    return [whole]
  }
  return {
    async hear(samples) {
      const finals: HeardPart[] = []
      for (const sample of samples) {
        if (sample !== 0) {
          if (spoken.length === 0) fromSeconds = heard / sampleRate
          spoken.push(sample)
          silent = 0
        } else {
          silent += 1
          if (silent === PAUSE_SECONDS * sampleRate) finals.push(...finish())
        }
        heard += 1
      }
      return spoken.length > 0 ? [...finals, part(false)] : finals
    },
    end: async () => finish(),
  }
}
