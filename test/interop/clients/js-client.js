/** Asks STS who it is, once for each line of its input. */
import { createInterface } from 'node:readline'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const client = new STSClient({})
for await (const _line of createInterface({ input: process.stdin })) {
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}))
    console.log('ok', Arn)
  } catch (error) {
    console.log('error', String(error).replaceAll('\n', ' '))
  }
}
