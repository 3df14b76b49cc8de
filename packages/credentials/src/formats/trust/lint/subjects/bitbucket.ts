/**
 * Subjects of Bitbucket Pipelines: `{REPOSITORY}:{STEP}` or `{REPOSITORY}:{ENVIRONMENT}:{STEP}`, each an id in braces.
 *
 * Source  https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
 * @module
 */
import { anyProject, isOpen, type Judge, malformed } from './judgement.ts'

const UUID = '[0-9a-fA-F-]{36}'
const BARE = new RegExp(`^${UUID}(:|$)`)
const WHOLE = new RegExp(`^\\{${UUID}\\}(:\\{${UUID}\\}){1,2}$`)
const OPEN_STEP = new RegExp(`^\\{${UUID}\\}(:\\{${UUID}\\})?:?\\*$`)
const FORM = 'Write {REPOSITORY-ID}:* or {REPOSITORY-ID}:{ENVIRONMENT-ID}:* under StringLike.'

export const judgeBitbucket: Judge = (subject) => {
  const { text, wildcards } = subject
  if (BARE.test(text))
    return [
      { code: 'SUBJECT_BRACES', text: `"${text}" lacks the braces that Bitbucket puts around ids.`, remedy: FORM },
    ]
  if (WHOLE.test(text) || (wildcards && OPEN_STEP.test(text))) return []
  const [repository = ''] = text.split(':')
  return isOpen(subject, repository)
    ? [anyProject(subject, 'every repository of the workspace')]
    : [malformed(subject, FORM, () => false)]
}
