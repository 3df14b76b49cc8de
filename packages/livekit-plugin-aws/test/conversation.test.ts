import { expect, test } from 'vitest'
import type { ChatCall, ChatItem, ChatMessage, ChatOutput } from '../src/bedrock/chat.ts'
import { toConversation } from '../src/bedrock/conversation.ts'

let ids = 0
const message = (role: ChatMessage['role'], ...content: ChatMessage['content']): ChatMessage => ({
  type: 'message',
  id: `item_${ids++}`,
  role,
  content,
})
const call = (callId: string, more: Partial<ChatCall> = {}): ChatCall => ({
  type: 'function_call',
  id: `item_${ids++}/fnc_0`,
  callId,
  name: 'getWeather',
  args: '{"city":"Seattle"}',
  extra: {},
  ...more,
})
const output = (callId: string, more: Partial<ChatOutput> = {}): ChatOutput => ({
  type: 'function_call_output',
  callId,
  name: 'getWeather',
  output: 'sunny',
  isError: false,
  ...more,
})
const toolUse = (toolUseId: string, input: object = { city: 'Seattle' }) => ({
  toolUse: { toolUseId, name: 'getWeather', input },
})
const toolResult = (toolUseId: string, text = 'sunny', more = {}) => ({
  toolResult: { toolUseId, content: [{ text }], ...more },
})

async function convert(items: readonly ChatItem[], { hasTools = true, model = 'm' } = {}) {
  const serializeImage = async () => ({ base64Data: 'AAEC', mimeType: 'image/png' })
  return toConversation(items, { hasTools, model, serializeImage })
}

const messagesOf = async (...items: ChatItem[]) => (await convert(items)).messages

test('instructions go apart, and the user and the assistant speak by turns', async () => {
  const chat = [
    message('system', 'Be brief.'),
    message('developer', { type: 'instructions', value: 'Speak.' }),
    message('user', 'Hello.'),
    message('user', 'Are you there?'),
    message('assistant', 'Yes.'),
    message('user', 'Good.'),
  ]
  expect(await convert(chat)).toEqual({
    system: [{ text: 'Be brief.' }, { text: 'Speak.' }],
    messages: [
      { role: 'user', content: [{ text: 'Hello.' }, { text: 'Are you there?' }] },
      { role: 'assistant', content: [{ text: 'Yes.' }] },
      { role: 'user', content: [{ text: 'Good.' }] },
    ],
  })
})

test('a chat that the assistant began, or ended, gets the turns that it lacks', async () => {
  expect(await messagesOf(message('assistant', 'Welcome.'))).toEqual([
    { role: 'user', content: [{ text: '.' }] },
    { role: 'assistant', content: [{ text: 'Welcome.' }] },
    { role: 'user', content: [{ text: '.' }] },
  ])
  expect(await convert([message('system', 'Greet the caller.')])).toEqual({
    system: [{ text: 'Greet the caller.' }],
    messages: [{ role: 'user', content: [{ text: '.' }] }],
  })
})

test('instructions in the middle of a talk are told by the user', async () => {
  const messages = await messagesOf(
    message('user', 'Hello.'),
    message('assistant', 'Hi.'),
    message('system', 'Say bye.'),
  )
  expect(messages.at(-1)).toEqual({
    role: 'user',
    content: [{ text: 'New instructions received. Apply them carefully: Say bye.' }],
  })
})

test('a text that is blank is left out, and what somebody said on tape is told', async () => {
  expect(await messagesOf(message('user', '', ' \n', { type: 'audio_content', transcript: 'Hello.' }))).toEqual([
    { role: 'user', content: [{ text: 'Hello.' }] },
  ])
})

test('a call is answered right after it, whatever was said in between', async () => {
  const messages = await messagesOf(
    message('user', 'The weather?'),
    call('a'),
    message('user', 'Hurry.'),
    output('a'),
    message('assistant', 'Sunny.'),
    message('user', 'Thanks.'),
  )
  expect(messages).toEqual([
    { role: 'user', content: [{ text: 'The weather?' }] },
    { role: 'assistant', content: [toolUse('a')] },
    { role: 'user', content: [toolResult('a'), { text: 'Hurry.' }] },
    { role: 'assistant', content: [{ text: 'Sunny.' }] },
    { role: 'user', content: [{ text: 'Thanks.' }] },
  ])
})

test('calls that were made at once, and what was said with them, are one turn', async () => {
  const said = message('assistant', 'Let me see.')
  const messages = await messagesOf(
    message('user', 'Both?'),
    said,
    call('a', { id: `${said.id}/fnc_0` }),
    call('b', { id: `${said.id}/fnc_1` }),
    output('b', { output: 'rainy' }),
    output('a'),
  )
  expect(messages).toEqual([
    { role: 'user', content: [{ text: 'Both?' }] },
    { role: 'assistant', content: [{ text: 'Let me see.' }, toolUse('a'), toolUse('b')] },
    { role: 'user', content: [toolResult('a'), toolResult('b', 'rainy')] },
  ])
})

test('calls that were made one after the other are turns of their own', async () => {
  const messages = await messagesOf(message('user', 'Both?'), call('a'), output('a'), call('b'), output('b'))
  expect(messages.map(({ content }) => content?.length)).toEqual([1, 1, 1, 1, 1])
})

test('a call without an answer, and an answer without a call, are left out', async () => {
  expect(await messagesOf(message('user', 'Hi.'), call('a'), output('b'), { type: 'agent_handoff' })).toEqual([
    { role: 'user', content: [{ text: 'Hi.' }] },
  ])
})

test('a call that failed says so; an answer that is blank is not', async () => {
  const messages = await messagesOf(
    message('user', 'Hi.'),
    call('a'),
    output('a', { isError: true, output: 'no such city' }),
    call('b'),
    output('b', { output: '' }),
  )
  expect(messages[2]?.content).toEqual([toolResult('a', 'no such city', { status: 'error' })])
  expect(messages[4]?.content).toEqual([toolResult('b', '(nothing)')])
})

test('ids and arguments of other models become such as Bedrock takes', async () => {
  const id = `call/with spaces ${'x'.repeat(80)}`
  const messages = await messagesOf(message('user', 'Hi.'), call(id, { args: 'no json' }), output(id))
  const taken = `call_with_spaces_${'x'.repeat(47)}`
  expect(messages[1]?.content).toEqual([toolUse(taken, { arguments: 'no json' })])
  expect(messages[2]?.content).toEqual([toolResult(taken)])
})

test('without tools, calls are told in words: Bedrock takes none then', async () => {
  const chat = [message('user', 'Hi.'), call('a'), output('a'), call('b', { args: '' }), output('b', { isError: true })]
  expect((await convert(chat, { hasTools: false })).messages).toEqual([
    { role: 'user', content: [{ text: 'Hi.' }] },
    { role: 'assistant', content: [{ text: '[called getWeather with {"city":"Seattle"}]' }] },
    { role: 'user', content: [{ text: '[getWeather answered: sunny]' }] },
    { role: 'assistant', content: [{ text: '[called getWeather with {}]' }] },
    { role: 'user', content: [{ text: '[getWeather failed: sunny]' }] },
  ])
})

test('reasoning goes back before the call that it led to', async () => {
  const extra = { aws: { reasoning: { model: 'm', blocks: [{ text: 'hm', signature: 's' }] } } }
  const chat = [message('user', 'Hi.'), call('a', { extra }), output('a')]
  expect((await convert(chat)).messages[1]?.content).toEqual([
    { reasoningContent: { reasoningText: { text: 'hm', signature: 's' } } },
    toolUse('a'),
  ])
  expect((await convert(chat, { model: 'another' })).messages[1]?.content).toEqual([toolUse('a')])
})

test('an image goes as bytes, or as its place in S3; from the web it is an error', async () => {
  const image = (image: unknown, mimeType?: string) =>
    message('user', { type: 'image_content' as const, image, mimeType })
  const [inline] = await messagesOf(image('data:image/png;base64,AAEC'))
  expect(inline?.content).toEqual([{ image: { format: 'png', source: { bytes: Buffer.from([0, 1, 2]) } } }])
  const [inS3] = await messagesOf(image('s3://bucket/photo.webp'))
  expect(inS3?.content).toEqual([
    { image: { format: 'webp', source: { s3Location: { uri: 's3://bucket/photo.webp' } } } },
  ])
  const serializeImage = async () => ({ externalUrl: 'https://example.com/photo.jpg' })
  const fromWeb = toConversation([image('https://example.com/photo.jpg')], {
    hasTools: true,
    model: 'm',
    serializeImage,
  })
  await expect(fromWeb).rejects.toThrow('not from the web')
})
