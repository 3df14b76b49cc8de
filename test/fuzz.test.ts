import { afterEach, describe, expect, test } from 'vitest'
import { CredentialsError } from '../packages/credentials/src/errors.ts'
import { describeFailure, fuzz, type Report } from './fuzz/fuzz.ts'
import { watchGlobals } from './fuzz/globals.ts'
import type { Parser } from './fuzz/parser.ts'
import { PARSERS } from './fuzz/parsers/index.ts'
import { attempt, expectRecord } from './fuzz/probe.ts'
import { SECRETS } from './fuzz/secrets.ts'

const globals = watchGlobals()
afterEach(() => globals.restore())

/** The same inputs each time; `npm run test:interop` takes ten minutes of others. */
const EXECUTIONS = 1_500
const run = (parser: Parser, executions = EXECUTIONS, seed = 1): Promise<Report> =>
  fuzz(parser, { seed, globals, goesOn: (done) => done < executions })

test.for([...PARSERS])('$name: whatever the input, it is read or refused, quickly and quietly', async (parser) => {
  const report = await run(parser)
  expect(report.failure, describeFailure(report)).toBeUndefined()
  expect(report.executions).toBe(EXECUTIONS)
})

test('there are six parsers, and the same seed makes the same inputs', async () => {
  expect(PARSERS).toHaveLength(6)
  const inputsOf = async (seed: number): Promise<string[]> => {
    const inputs: string[] = []
    const parser = { name: 'ear', seeds: ['[a]\nk = v', '{"a": [1]}'], words: ['word', '='], run: listen(inputs) }
    await run(parser, 500, seed)
    return inputs
  }
  const first = await inputsOf(7)
  expect(new Set(first).size).toBeGreaterThan(300)
  expect(await inputsOf(7)).toEqual(first)
  expect(await inputsOf(8)).not.toEqual(first)
})

describe('a parser that is broken is found out, and the input that shows it is small', () => {
  const broken = (parse: (text: string) => void): Parser => ({
    name: 'broken',
    seeds: [`[default]\nkey = ${SECRETS.secretAccessKey}\nother = value\n`],
    words: ['[', '__proto__', '!'],
    run: (input) => attempt(() => parse(new TextDecoder().decode(input))),
  })
  const refusal = (text: string): CredentialsError =>
    new CredentialsError(text, { code: 'CONFIG_INVALID', source: 'x', remedy: 'Mend it' })

  test.for<[kind: string, parse: (text: string) => void, input: RegExp]>([
    ['exception', (text) => text.includes('!') && JSON.parse('{'), /^!$/],
    ['secret', (text) => raise(refusal(`unexpected ${text}`)), /^.{8}$/],
    ['pollution', (text) => text.includes('__proto__') && pollute(Object.prototype), /^__proto__$/],
    ['pollution', (text) => text.includes('!') && pollute(Object.prototype.toString), /^!$/],
    ['slow', (text) => text.includes('!') && spin(300), /^!$/],
    ['rule', (text) => text.includes('!') && expectRecord({}, 'it'), /^!$/],
  ])('%s', async ([kind, parse, input]) => {
    const { failure } = await run(broken(parse), 2_000)
    expect(failure).toMatchObject({ kind })
    expect(new TextDecoder().decode(failure?.input)).toMatch(input)
    expect(globals.findChange()).toBeUndefined()
  })

  test('a text may quote names, and nothing else', async () => {
    const quoting: Parser = {
      ...broken(() => {}),
      run: (input) =>
        attempt(
          () => raise(refusal(`unexpected ${new TextDecoder().decode(input)}`)),
          () => SECRETS.secretAccessKey,
        ),
    }
    expect((await run(quoting, 200)).failure).toBeUndefined()
  })
})

function listen(inputs: string[]): (input: Uint8Array) => void {
  return (input) => {
    inputs.push(Buffer.from(input).toString('latin1'))
  }
}

function raise(error: Error): never {
  throw error
}

function pollute(object: object): void {
  Object.defineProperty(object, 'polluted', { value: true, configurable: true, enumerable: false })
}

function spin(milliseconds: number): void {
  for (const untilMs = performance.now() + milliseconds; performance.now() < untilMs; );
}
