/**
 * Subjects of Buildkite: `organization:ORG:pipeline:PIPELINE:ref:refs/heads/BRANCH:commit:COMMIT:step:STEP`.
 *
 * Source  https://buildkite.com/docs/agent/v3/cli-oidc
 * @module
 */
import { anybody, anyProject, couldBegin, isOpen, type Judge, malformed } from './judgement.ts'

const WHOLE = /^:ref:refs\/.+:commit:.+:step:/
const FORM = 'Write organization:ORG:pipeline:PIPELINE:ref:refs/heads/BRANCH:commit:*:step:* under StringLike.'

export const judgeBuildkite: Judge = (subject) => {
  const { text } = subject
  const [, organization] = /^organization:([^:]*)/.exec(text) ?? []
  if (organization === undefined ? couldBegin(subject, text, ['organization:']) : isOpen(subject, organization))
    return [anybody(subject, 'any organisation whose name begins so')]
  const [, pipeline, rest = ''] = /^organization:[^:]*:pipeline:([^:]*)(.*)$/s.exec(text) ?? []
  if (pipeline === undefined ? isOpen(subject, text) : isOpen(subject, pipeline))
    return [anyProject(subject, 'every pipeline that is named so')]
  if (subject.wildcards && /^:(\*|ref:\*|ref:refs\/heads\/\*)/.test(rest))
    return [
      {
        code: 'SUBJECT_ANY_BRANCH',
        text: `"${text}" fits every branch of the pipeline.`,
        remedy: 'Name the branch, where only one should get in.',
      },
    ]
  return WHOLE.test(rest) || couldBegin(subject, rest, [':ref:refs/'])
    ? []
    : [malformed(subject, FORM, (other) => WHOLE.test(other.replace(/^organization:[^:]*:pipeline:[^:]*/, '')))]
}
