import { join } from 'node:path'
import { createBucket } from '../cloud/bucket.ts'
import type { Cloud } from '../cloud/cloud-test.ts'
import type { Work } from './working.ts'

/** Copied one after the other. */
const OBJECTS = 8

export async function copyByAws(cloud: Cloud, aws: readonly string[]): Promise<Work> {
  const bucket = await createBucket(cloud, OBJECTS)
  await cloud.write('.aws/config', '[default]\ns3 =\n  max_concurrent_requests = 1\n')
  const command = [...aws, 's3', 'cp', '--recursive', '--endpoint-url', cloud.gateway.url, `s3://${bucket}`]
  return { command: [...command, join(cloud.home, 'copy')], requests: OBJECTS }
}

export async function copyByRclone(cloud: Cloud): Promise<Work> {
  const bucket = await createBucket(cloud, OBJECTS)
  const source = `:s3,provider=Other,env_auth=true,endpoint='${cloud.gateway.url}':${bucket}`
  const command = ['rclone', 'copy', '--transfers=1', '--checkers=1', source, join(cloud.home, 'copy')]
  return { command, requests: OBJECTS }
}

export async function backUpByRestic(cloud: Cloud): Promise<Work> {
  const bucket = await createBucket(cloud, 0)
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = await cloud.sandbox.env('keys')
  const env = { RESTIC_PASSWORD: 'test', RESTIC_REPOSITORY: `s3:${cloud.gateway.url}/${bucket}` }
  const init = await cloud.run(['restic', 'init'], { ...env, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })
  if (init.status !== 0) throw new Error(`restic init ended with ${init.status}: ${init.stderr}`)
  const file = await cloud.write('documents/one.txt', 'one')
  return { command: ['restic', '--option', 's3.connections=1', 'backup', file], env, requests: 20 }
}
