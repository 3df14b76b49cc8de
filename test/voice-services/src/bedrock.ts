import type { ConverseRequest, ScriptedModel } from './actors.ts'
import { encodeEvent, encodeException } from './events.ts'
import { beginEvents, write } from './exchange.ts'
import type { Exchange } from './exchange-context.ts'

/** As much of Bedrock as a scripted model needs: ConverseStream. */
export async function converseStream(
  { request, response, body, record }: Exchange,
  model: ScriptedModel,
): Promise<void> {
  const modelId = decodeURIComponent(/^\/model\/([^/]+)\//.exec(request.url ?? '')?.[1] ?? '')
  const input = { modelId, ...JSON.parse(body.toString()) } as ConverseRequest
  Object.assign(record.input, input)
  beginEvents(response)
  for await (const [type, event] of model(input)) {
    if (response.destroyed) return
    write(
      response,
      type.endsWith('Exception')
        ? encodeException(type, String((event as { message?: string }).message))
        : encodeEvent(type, event),
    )
  }
  response.end()
}
