import { randomUUID } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import type { Cloud } from './cloud-test.ts'

/** Makes a bucket with so many small objects in it, as somebody who may do everything. Returns its name. */
export async function createBucket({ gateway, sandbox }: Cloud, objects: number): Promise<string> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = await sandbox.env('keys')
  const client = new AwsClient({ accessKeyId, secretAccessKey, region: 'us-east-1', service: 's3' })
  const put = async (path: string, body?: string): Promise<void> => {
    const answer = await client.fetch(`${gateway.url}/${path}`, { method: 'PUT', ...(body && { body }) })
    if (!answer.ok) throw new Error(`S3 says ${answer.status} to ${path}`)
  }
  const name = randomUUID() // names are unique across accounts
  await put(name)
  for (let number = 1; number <= objects; number += 1) await put(`${name}/${number}.txt`, `object ${number}`)
  return name
}
