/**
 * Subjects of GitLab: `project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH`.
 *
 * Source  https://docs.gitlab.com/ci/secrets/id_token_authentication/
 * @module
 */
import { anybody, anyProject, couldBegin, isOpen, type Judge, malformed } from './judgement.ts'

const REF = /^ref_type:(branch|tag|[*?]):ref:(?!refs\/(heads|tags)\/)./
const OTHER_COMPONENTS = /^(project_id|namespace_id|namespace_path|group_path):/
const FORM = 'Write project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH, the branch by its name alone.'

export const judgeGitlab: Judge = (subject) => {
  const { text } = subject
  if (OTHER_COMPONENTS.test(text)) return []
  const [, path, rest = ''] = /^project_path:([^:]*):?(.*)$/s.exec(text) ?? []
  if (path === undefined) {
    if (couldBegin(subject, text, ['project_path:'])) return [anybody(subject, 'projects of anybody')]
    return [malformed(subject, FORM, (other) => other.startsWith('project_path:'))]
  }
  const group = path.split('/')[0] ?? ''
  if (isOpen(subject, group))
    return [anybody(subject, 'any group whose name begins so, and names are free for anybody to take')]
  if (isOpen(subject, path)) return [anyProject(subject, `every project of the group ${group} that is named so`)]
  if (subject.wildcards && /^(\*|ref_type:\*|ref_type:(branch|tag|\*):(\*|ref:\*))$/.test(rest))
    return [
      {
        code: 'SUBJECT_ANY_REF',
        text: `"${text}" fits every branch or tag of the project, those of merge requests too.`,
        remedy: 'Name the branch, and on gitlab.com ask for ref_protected.',
      },
    ]
  const fits = REF.test(rest) || couldBegin(subject, rest, ['ref_type:branch:ref:', 'ref_type:tag:ref:'])
  return fits && path.includes('/')
    ? []
    : [malformed(subject, FORM, (other) => REF.test(other.replace(/^project_path:[^:]+:/, '')))]
}
