import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Moto {
  /** Of EC2 and S3, whatever the Host of a request says. It takes any signature. */
  readonly url: string
  stop(): void
}

/** EC2 and S3 as the Python package moto plays them. @throws Error when it does not come up within a minute */
export async function startMoto(): Promise<Moto> {
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  for (let attempt = 0; attempt < 600 && !ended; attempt += 1) {
    const up = await fetch(`${url}/moto-api/data.json`)
      .then((answer) => answer.ok)
      .catch(() => false)
    if (up) return { url, stop: () => child.kill() }
    await sleep(100)
  }
  child.kill()
  throw new Error("This suite needs moto (pip install 'moto[server]'): `python3 -m moto.server` does not come up here")
}

function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
