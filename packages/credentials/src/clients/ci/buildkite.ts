/**
 * Buildkite: a new token for each request, from the agent that runs the job.
 *
 * Reads   what `buildkite-agent oidc request-token` prints; BUILDKITE_ORGANIZATION_SLUG, BUILDKITE_PIPELINE_SLUG,
 *         BUILDKITE_BUILD_NUMBER
 * Source  https://buildkite.com/docs/agent/v3/cli-oidc
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { Ci } from './ci.ts'
import { readCommandToken } from './command-token.ts'
import { fail } from './failure.ts'

/** What no shell takes for anything but a word. */
const PLAIN_WORD = /^[\w.:/@+=-]+$/

export const buildkite: Ci = {
  title: 'Buildkite',
  renews: true,
  choosesAudience: true,
  takesTags: true,
  describeRun: (env) => ({
    place: [env['BUILDKITE_ORGANIZATION_SLUG'], env['BUILDKITE_PIPELINE_SLUG']].filter(Boolean).join('-') || undefined,
    run: readVariable(env, 'BUILDKITE_BUILD_NUMBER'),
  }),
  readToken: async ({ host, signal, audience, sessionTags }) => {
    if (![audience, ...sessionTags].every((word) => PLAIN_WORD.test(word))) {
      const remedy = 'Use letters, digits and . : / @ + = - _ only'
      throw fail('CONFIG_INVALID', 'this audience or session tag cannot be asked for', remedy)
    }
    const tags = sessionTags.length > 0 ? ` --aws-session-tag ${sessionTags.join(',')}` : ''
    const line = `buildkite-agent oidc request-token --audience ${audience}${tags}`
    return readCommandToken(host, { line, name: 'command buildkite-agent oidc request-token', signal })
  },
}
