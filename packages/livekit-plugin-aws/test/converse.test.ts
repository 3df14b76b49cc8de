import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../src/aws/connection.ts'
import { readRefusal } from '../src/aws/refusal.ts'
import { readAnswer } from '../src/bedrock/answer.ts'
import { converse } from '../src/bedrock/converse.ts'
import { warmUpBedrock } from '../src/bedrock/warm-up.ts'
import { collect, createWorld, type World } from './world.ts'

const REQUEST = { modelId: 'amazon.nova-2-lite-v1:0', messages: [{ role: 'user' as const, content: [{ text: 'Hi' }] }] }

async function ask({ connection, signal }: Pick<World, 'connection' | 'signal'>, timeoutMs = 5_000) {
  const { events } = await converse(connection, REQUEST, { timeoutMs, signal })
  return collect(readAnswer(events, REQUEST.modelId))
}

function setVariable(name: string, value: string): void {
  const before = process.env[name]
  process.env[name] = value
  onTestFinished(() => {
    if (before === undefined) delete process.env[name]
    else process.env[name] = before
  })
}

test('answers come over one connection that is kept, and that may be opened beforehand', async () => {
  const world = await createWorld()
  await warmUpBedrock(world.connection, world.signal)
  for (let time = 0; time < 5; time++)
    expect(await ask(world)).toEqual([
      { kind: 'text', text: 'Hello.' },
      { kind: 'usage', prompt: 3, promptFromCache: 0, promptToCache: 0, completion: 2, total: 5 },
    ])
  expect(world.services.connections).toEqual({ h2: 0, 'http/1.1': 1 })
  expect(world.services.requests.map(({ service }) => service)).toEqual(['/', ...Array(5).fill('bedrock')])
  expect(world.services.ledger.badSignatures).toEqual([])
})

test('a model whose name is an ARN is asked by it', async () => {
  const world = await createWorld()
  const modelId = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0'
  await converse(world.connection, { ...REQUEST, modelId }, { timeoutMs: 5_000, signal: world.signal })
  expect(world.services.requests[0]).toMatchObject({ input: { modelId }, outcome: 'answered' })
})

test('keys that were refused are renewed, and the model is asked once more', async () => {
  const world = await createWorld()
  world.services.keyRing.revoke((await world.connection.identity.keys()).accessKeyId)
  expect(await ask(world)).toContainEqual({ kind: 'text', text: 'Hello.' })
  expect(world.asked).toEqual([{}, { forceRefresh: true }])
})

test('a bearer token in a variable does not go over credentials that were given', async () => {
  setVariable('AWS_BEARER_TOKEN_BEDROCK', 'somebody-else')
  const world = await createWorld()
  expect(await ask(world)).toContainEqual({ kind: 'text', text: 'Hello.' })
  expect(world.services.requests[0]?.accessKeyId).toMatch(/^ASIA/)
})

test('a bearer token in a variable is used where nothing was given, and no key is looked for', async () => {
  setVariable('AWS_BEARER_TOKEN_BEDROCK', 'me-myself')
  const world = await createWorld()
  const options = { region: 'us-east-1', endpoint: world.services.url }
  const connection = connect(options, { bearerVariable: 'AWS_BEARER_TOKEN_BEDROCK' })
  await ask({ connection, signal: world.signal }).catch(() => {})
  expect(world.services.requests[0]).toMatchObject({ authorization: 'Bearer me-myself' })
})

test('an exception in the middle of an answer is an error after what came before it', async () => {
  const world = await createWorld({
    model: () => [
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hel' } }],
      ['throttlingException', { message: 'Too many tokens' }],
    ],
  })
  const { events } = await converse(world.connection, REQUEST, { timeoutMs: 5_000, signal: world.signal })
  const answer = readAnswer(events, REQUEST.modelId)
  expect((await answer.next()).value).toEqual({ kind: 'text', text: 'Hel' })
  const error = await answer.next().catch((error: unknown) => error)
  expect(readRefusal(error)).toMatchObject({ kind: 'throttled', name: 'ThrottlingException' })
})

test.each([
  ['too much at once', { code: 'ThrottlingException', status: 429 }, 'throttled'],
  ['a model that is not there for us', { code: 'AccessDeniedException', status: 403 }, 'denied'],
  ['a request that is wrong', { code: 'ValidationException', status: 400 }, 'invalid'],
  ['a model that takes too long', { code: 'ModelTimeoutException', status: 408 }, 'timeout'],
  ['a model that fails', { code: 'ModelErrorException', status: 424 }, 'unavailable'],
])('%s: it is not asked again here', async (_, refusal, kind) => {
  const world = await createWorld()
  world.services.faults.next('bedrock', { kind: 'refuse', ...refusal })
  const error = await ask(world).catch((error: unknown) => error)
  expect(readRefusal(error)).toMatchObject({ kind, statusCode: refusal.status })
  expect(world.services.requests).toHaveLength(1)
})

test('no answer is a time-out, a broken connection an error', async () => {
  const world = await createWorld()
  world.services.faults.next('bedrock', { kind: 'hang' }, { kind: 'drop' })
  const late = await ask(world, 150).catch((error: unknown) => error)
  expect(readRefusal(late).kind).toBe('timeout')
  const broken = await ask(world).catch((error: unknown) => error)
  expect(readRefusal(broken).kind).toBe('unreachable')
})

test('an answer that nobody reads to its end is let go', async () => {
  const world = await createWorld({
    async *model() {
      for (;;) {
        yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'on and ' } }]
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  })
  const { events } = await converse(world.connection, REQUEST, { timeoutMs: 5_000, signal: world.signal })
  for await (const part of readAnswer(events, REQUEST.modelId)) if (part.kind === 'text') break
  while (world.services.open() > 0) await new Promise((resolve) => setTimeout(resolve, 10))
})
