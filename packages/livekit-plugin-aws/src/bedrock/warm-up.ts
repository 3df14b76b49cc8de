// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { bedrockConnections, withBedrock } from '../aws/clients.ts'
import type { Connection } from '../aws/connection.ts'

/**
 * Opens a connection that the first request will take. Asks for a page that is not there: unsigned, so that it costs no
 * token and is in nobody's log.
 */
export async function warmUpBedrock(connection: Connection, signal: AbortSignal): Promise<void> {
  const handler = bedrockConnections()
  const address = await connection.call((config) =>
    withBedrock(config, async (bedrock) => {
      const command = new ConverseStreamCommand({ modelId: 'none', messages: [] })
      let request: unknown
      command.middlewareStack.add(
        () => (args) => {
          request = args.request // whatever rules the endpoint has ruled it by now
          return Promise.reject(new Stop())
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
      await bedrock.send(command, { abortSignal: signal }).catch((error: unknown) => {
        if (!(error instanceof Stop)) throw error
      })
      return request as Parameters<typeof handler.handle>[0]
    }),
  )
  const page = Object.assign(Object.create(Object.getPrototypeOf(address)), address, {
    method: 'GET',
    path: '/',
    headers: { host: address.headers['host'] },
    body: undefined,
  })
  const { response } = await handler.handle(page, { abortSignal: signal })
  for await (const _ of response.body); // read to its end, the connection is free
}

class Stop extends Error {}
