/** Streams through a bucket: `@rolecall/s3-files` against `@aws-sdk/lib-storage` used by hand, in turns. */
import { Readable } from 'node:stream'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { createCredentials } from '@rolecall/credentials'
import { createS3Files } from '@rolecall/s3-files'

const SIZE_BYTES = 96 * 1024 * 1024
const ROUNDS = 5
const partSizeBytes = 8 * 1024 * 1024
const concurrency = 4

/** ROLECALL_BENCH_BUCKET is http://HOST/BUCKET of a store nearby; the keys are found as everywhere. */
export async function measureTransfers() {
  const bucketUrl = process.env.ROLECALL_BENCH_BUCKET
  if (!bucketUrl) return console.log('  set ROLECALL_BENCH_BUCKET to http://HOST/BUCKET of an S3-compatible store')
  const { origin, pathname } = new URL(bucketUrl)
  const Bucket = pathname.slice(1)
  const credentials = createCredentials()
  const checksums = 'WHEN_REQUIRED'
  const client = new S3Client({
    endpoint: origin,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
  })
  const files = createS3Files({ bucketUrl, region: 'us-east-1', credentials, partSizeBytes, concurrency })

  const ways = {
    'up, by hand': () =>
      new Upload({
        client,
        params: { Bucket, Key: 'bench', Body: Readable.from(source()) },
        partSize: partSizeBytes,
        queueSize: concurrency,
      }).done(),
    'up, s3-files': () => files.writeStream('/bench', source()),
    'down, by hand': async () => drain((await client.send(new GetObjectCommand({ Bucket, Key: 'bench' }))).Body),
    'down, s3-files': () => drain(files.readStream('/bench')),
  }
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, transfer] of Object.entries(ways)) {
      const start = performance.now()
      await transfer()
      if (round > 0) times[name].push(performance.now() - start) // the first one loads code and opens connections
    }
  }
  await files.remove('/bench')
  client.destroy()

  for (const [name, ms] of Object.entries(times))
    console.log(`  ${name.padEnd(16)} ${mibPerSecond(median(ms))} MiB/s (best ${mibPerSecond(Math.min(...ms))})`)
  for (const way of ['up', 'down'])
    console.log(
      `  ${way}: ${(median(times[`${way}, by hand`]) / median(times[`${way}, s3-files`])).toFixed(2)} × by hand`,
    )
}

async function* source() {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  for (let sent = 0; sent < SIZE_BYTES; sent += chunk.length) yield chunk
}

async function drain(chunks) {
  for await (const _ of chunks);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

function mibPerSecond(milliseconds) {
  return (SIZE_BYTES / 2 ** 20 / (milliseconds / 1000)).toFixed(0).padStart(5)
}
