/** Calls in one process: the warm one that each request of a service pays, and a thousand cold ones at once. */
import { createServer } from 'node:http'
import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { createCredentials, nodeHost } from '@rolecall/credentials'

const ROUNDS = 15
const CALLS = 20_000
const CONCURRENT_CALLS = 1_000

export async function measureWarmCall() {
  const env = {
    AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'bench-secret-access-key',
    AWS_SESSION_TOKEN: 'bench-session-token',
    AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + 3_600_000).toISOString(),
  }
  Object.assign(process.env, env)
  const sources = { rolecall: createCredentials({ host: { ...nodeHost(), env } }), 'AWS SDK': fromNodeProviderChain() }
  const times = { rolecall: [], 'AWS SDK': [] }
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, source] of Object.entries(sources)) {
      const startedAt = performance.now()
      for (let call = 0; call < CALLS; call++) await source()
      if (round > 0) times[name].push(((performance.now() - startedAt) * 1e6) / CALLS)
    }
  }
  for (const name in times) times[name].sort((a, b) => a - b)
  const middle = (name) => times[name][Math.floor(ROUNDS / 2)]
  for (const name in times) {
    const ratio = middle(name) / middle('AWS SDK')
    console.log(
      `  await source(), ${name.padEnd(22)}${middle(name).toFixed(0).padStart(7)} ns  ${ratio.toFixed(2)} x the AWS SDK`,
    )
  }
}

export async function measureConcurrency() {
  let requests = 0
  const server = createServer((_request, response) => {
    requests++
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
        SecretAccessKey: 'bench-secret-access-key',
        Token: 'bench-session-token',
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    )
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${server.address().port}/` }
  const source = createCredentials({ host: { ...nodeHost(), env } })
  await Promise.all(Array.from({ length: CONCURRENT_CALLS }, () => source()))
  server.close()
  console.log(`  ${CONCURRENT_CALLS} first calls at once made ${requests} request${requests === 1 ? '' : 's'}`)
}
