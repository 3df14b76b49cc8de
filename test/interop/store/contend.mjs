/** Takes the lock again and again, tells who counts the owners, and dies in it now and then. */
import { connect } from 'node:net'

const [library, port, path] = process.argv.slice(2)
const { nodeHost } = await import(library)
const { withLock } = nodeHost()
const counter = connect(Number(port), '127.0.0.1')
await new Promise((resolve) => counter.once('connect', resolve))
const tell = (text) =>
  new Promise((resolve) => {
    counter.once('data', resolve)
    counter.write(text)
  })
for (;;)
  await withLock(
    path,
    async () => {
      await tell('in')
      if (Math.random() < 0.2) process.kill(process.pid, 'SIGKILL')
      await tell('out')
    },
    new AbortController().signal,
  )
