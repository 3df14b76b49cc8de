import { AwsClient } from 'aws4fetch'
import type { Cloud } from './cloud-test.ts'

export interface Machines {
  /** Names of the images that were made. */
  readonly images: readonly string[]
  /** Running instances, and the key pairs and security groups that Packer makes for a build. */
  readonly leftovers: readonly string[]
}

/** What EC2 holds, asked by somebody who may see everything. */
export async function listMachines({ gateway, sandbox }: Cloud): Promise<Machines> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = await sandbox.env('keys')
  const client = new AwsClient({ accessKeyId, secretAccessKey, region: 'us-east-1', service: 'ec2' })
  const describe = async (query: string, pattern: RegExp): Promise<string[]> => {
    const answer = await client.fetch(`${gateway.url}/?Version=2016-11-15&Action=${query}`)
    if (!answer.ok) throw new Error(`EC2 says ${answer.status} to ${query}`)
    return [...(await answer.text()).matchAll(pattern)].map(([, found = '']) => found)
  }
  const leftovers = await Promise.all([
    describe('DescribeInstances&Filter.1.Name=instance-state-name&Filter.1.Value.1=running', /<instanceId>(.*?)</g),
    describe('DescribeKeyPairs', /<keyName>(packer_.*?)</g),
    describe('DescribeSecurityGroups', /<groupName>(packer_.*?)</g),
  ])
  return {
    images: await describe('DescribeImages&Owner.1=self', /<name>(.*?)</g),
    leftovers: leftovers.flat(),
  }
}
