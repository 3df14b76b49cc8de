/**
 * Speed and size, as ratios against bare node and the AWS SDK in one run, interleaved. Prints medians; asserts nothing.
 * Run it alone: a busy machine shows in the spread between lowest and median.
 */
import { measureConcurrency, measureWarmCall } from './calls.js'
import { measureProcesses } from './processes.js'
import { measureTransfers } from './s3-transfers.js'
import { measureServe } from './serve.js'
import { measureSizes } from './sizes.js'

const only = process.argv.slice(2)
const sections = {
  processes: measureProcesses,
  sizes: measureSizes,
  warm: measureWarmCall,
  concurrency: measureConcurrency,
  transfers: measureTransfers,
  serve: measureServe,
}

console.log(
  `node ${process.version}, ${process.platform} ${process.arch}${only.length ? `, only ${only.join(', ')}` : ''}`,
)
for (const [name, measure] of Object.entries(sections)) {
  if (only.length > 0 && !only.includes(name)) continue
  console.log(`\n${name}`)
  await measure()
}
