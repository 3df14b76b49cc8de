/**
 * Where the agent of Buildkite gets the tokens of its job, and a stand-in for that agent.
 *
 * Source  https://buildkite.com/docs/agent/v3/cli-oidc
 * @module
 */
import { isRecord } from '../record.ts'
import { answerJson, Refusal, type Service } from '../service.ts'
import type { CiJobs } from './jobs.ts'

const PATH = /^\/v3\/jobs\/([\w-]+)\/oidc\/tokens$/
const BEARER = /^Token (.+)$/i

export function createBuildkite(jobs: CiJobs): Service {
  return {
    name: 'buildkite',
    operationOf: ({ method, path }) => (method === 'POST' && PATH.test(path) ? 'RequestToken' : undefined),
    answer: async ({ path, headers, body }) => {
      const bearer = BEARER.exec(headers['authorization'] ?? '')?.[1]
      const job = jobs.authorize('buildkite', PATH.exec(path)?.[1], bearer)
      const { audience, tags } = readBody(body)
      return answerJson(200, { token: await job.issueToken(audience, tags) })
    },
    refuse: ({ status = 400, message }) => answerJson(status, { message }),
  }
}

function readBody(body: Uint8Array): { readonly audience: string | undefined; readonly tags: readonly string[] } {
  try {
    const sent: unknown = JSON.parse(Buffer.from(body).toString())
    const { audience, aws_session_tags: tags } = isRecord(sent) ? sent : {}
    return {
      audience: typeof audience === 'string' ? audience : undefined,
      tags: [tags].flat().filter((tag) => typeof tag === 'string'),
    }
  } catch {
    throw new Refusal('BadRequest', 400, 'The body is no JSON')
  }
}

/** Knows `oidc request-token --audience A [--aws-session-tag B,C]`, and asks as the real one does. */
export const BUILDKITE_AGENT: string = `#!${process.execPath}
const [group, command, flag, audience, , tags] = process.argv.slice(2)
const { BUILDKITE_AGENT_ENDPOINT, BUILDKITE_JOB_ID, BUILDKITE_AGENT_ACCESS_TOKEN } = process.env
if (group !== 'oidc' || command !== 'request-token' || flag !== '--audience') process.exit(2)
const request = require('node:http').request(
  BUILDKITE_AGENT_ENDPOINT + '/jobs/' + BUILDKITE_JOB_ID + '/oidc/tokens',
  { method: 'POST', headers: { authorization: 'Token ' + BUILDKITE_AGENT_ACCESS_TOKEN } },
  async (response) => {
    let text = ''
    for await (const part of response) text += part
    if (response.statusCode === 200) return console.log(JSON.parse(text).token)
    console.error('fatal: ' + response.statusCode)
    process.exitCode = 1
  },
)
request.on('error', () => process.exit(1))
request.end(JSON.stringify({ audience, aws_session_tags: tags && tags.split(',') }))
`
