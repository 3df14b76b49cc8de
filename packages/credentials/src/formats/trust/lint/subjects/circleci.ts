/**
 * Subjects of CircleCI: `org/ORG/project/PROJECT/user/USER`, and in the newer token also
 * `/vcs-origin/ORIGIN/vcs-ref/refs/heads/BRANCH`.
 *
 * Source  https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
 * @module
 */
import { anyProject, couldBegin, isOpen, type Judge, malformed } from './judgement.ts'

const FORM = 'Write org/ORG-ID/project/PROJECT-ID/user/* under StringLike.'

export const judgeCircleci: Judge = (subject) => {
  const { text } = subject
  const [, project, rest = ''] = /^org\/[^/]+\/project\/([^/]*)(.*)$/s.exec(text) ?? []
  if (project === undefined ? couldBegin(subject, text, ['org/']) : isOpen(subject, project))
    return [anyProject(subject, 'every project of the organisation')]
  if (/\/vcs-(origin|ref)\//.test(rest))
    return [
      {
        code: 'SUBJECT_NEWER_TOKEN',
        text: `"${text}" names the branch, as CIRCLE_OIDC_TOKEN_V2 does and CIRCLE_OIDC_TOKEN does not.`,
        remedy: 'Have the jobs use CIRCLE_OIDC_TOKEN_V2.',
      },
    ]
  const fits = project !== undefined && (/^\/user\/./.test(rest) || couldBegin(subject, rest, ['/user/']))
  return fits ? [] : [malformed(subject, FORM, (other) => /^org\/[^/]+\/project\/[^/]+\/user\/./.test(other))]
}
