/**
 * Plays aws_credentials, the Erlang library that Livebook takes its credentials from: what it reads, in its order, and
 * when it comes back. Its five minutes before the end of a session are one second here, so that sessions of seconds do.
 * Asks STS who it is, once for each line of its input.
 *
 * Source  https://github.com/aws-beam/aws_credentials: aws_credentials{,_env,_eks,_httpc}.erl
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { AwsClient } from 'aws4fetch'

const ALERT_BEFORE_EXPIRY_MS = 1000
const RETRY_DELAY_MS = 5000

const { env } = process
let credentials
let problem = 'none yet'

/** There is no other way to a container's credentials than this pair: the token itself is read from a file alone. */
async function fetchFromContainer() {
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file } = env
  if (!url || !file) throw new Error('no credentials')
  const answer = await get(url, { authorization: readFileSync(file, 'utf8') })
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = await answer.json()
  if ([AccessKeyId, SecretAccessKey, Token, Expiration].includes(undefined)) throw new Error('badmatch')
  credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token }
  const leftMs = Date.parse(Expiration) - Date.now() - ALERT_BEFORE_EXPIRY_MS
  if (leftMs < 0) throw new Error('badarg') // erlang:send_after takes no time that is over
  return leftMs
}

/** Where nothing answers it tries three times in all. */
async function get(url, headers, tries = 3) {
  try {
    return await fetch(url, { headers })
  } catch (error) {
    if (tries === 1) throw error
    return get(url, headers, tries - 1)
  }
}

/** A failure leaves it without credentials. */
async function refresh() {
  const waitMs = await fetchFromContainer().catch((error) => {
    credentials = undefined
    problem = error.message
    return RETRY_DELAY_MS
  })
  setTimeout(refresh, waitMs).unref()
}

if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY)
  credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
  }
else await refresh()

async function ask() {
  if (!credentials) return `error no credentials: ${problem}`
  const client = new AwsClient({ ...credentials, service: 'sts', region: 'us-east-1', retries: 0 })
  const answer = await client.fetch(`${env.AWS_ENDPOINT_URL_STS}/?Action=GetCallerIdentity&Version=2011-06-15`)
  const text = await answer.text()
  return answer.ok ? `ok ${/<Arn>(.*?)</.exec(text)?.[1]}` : `error ${/<Code>(.*?)</.exec(text)?.[1]}`
}

for await (const _line of createInterface({ input: process.stdin })) console.log(await ask())
