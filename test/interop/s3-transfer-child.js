/** Streams BYTES up to the bucket and down again in a process of its own, and prints how much memory that took. */
import { createHash } from 'node:crypto'
import { createS3Files } from '@rolecall/s3-files'

const [bucketUrl, size] = process.argv.slice(2)
const sizeBytes = Number(size)
const files = createS3Files({ bucketUrl })
await files.exists('/') // all that is needed is loaded

globalThis.gc?.()
const before = process.memoryUsage.rss()
let peak = before
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 10)

const sent = createHash('sha256')
async function* source() {
  for (let left = sizeBytes; left > 0; ) {
    const chunk = Buffer.allocUnsafe(Math.min(left, 64 * 1024)).fill(left & 0xff)
    chunk.writeUInt32LE(left % 2 ** 32, 0)
    sent.update(chunk)
    left -= chunk.length
    yield chunk
  }
}
const started = performance.now()
await files.writeStream('/big', source())
const uploaded = performance.now()
const upPeak = peak
const got = createHash('sha256')
let gotBytes = 0
for await (const chunk of files.readStream('/big')) {
  got.update(chunk)
  gotBytes += chunk.length
}
const downloaded = performance.now()
clearInterval(watch)

console.log(
  JSON.stringify({
    gotBytes,
    same: sent.digest('hex') === got.digest('hex'),
    upBytes: upPeak - before,
    peakBytes: peak - before,
    upSeconds: (uploaded - started) / 1000,
    downSeconds: (downloaded - uploaded) / 1000,
  }),
)
