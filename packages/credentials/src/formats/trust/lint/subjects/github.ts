/**
 * Subjects of GitHub Actions: `repo:OWNER/REPO:ref:refs/heads/BRANCH`, since July 2026 with ids
 * (`repo:OWNER@ID/REPO@ID:…`), or as an organisation composes them of claims.
 *
 * Source  https://docs.github.com/en/actions/reference/security/oidc
 * @module
 */
import type { Problem } from '../finding.ts'
import { anybody, anyProject, couldBegin, isOpen, type Judge, malformed, type Subject } from './judgement.ts'

const CLAIMS =
  '(actor|actor_id|base_ref|context|enterprise|enterprise_id|event_name|head_ref|job_workflow_ref|job_workflow_sha|' +
  'ref_protected|ref_type|repository|repository_id|repository_owner|repository_owner_id|repository_visibility|run_id|' +
  'runner_environment|sha|visibility|workflow|workflow_ref|workflow_sha)'
const START = new RegExp(`^(repo|environment|ref|${CLAIMS}):`)
const CONTEXT = new RegExp(`^(ref:refs/(heads|tags|pull)/.|environment:.|pull_request(:|$)|${CLAIMS}:)`)
const CONTEXTS = ['ref:refs/heads/', 'ref:refs/tags/', 'environment:', 'pull_request']
const PARTS = /^repo:([^/:]*)(\/?)([^:]*)(:?)(.*)$/s
const FORM = 'Write repo:OWNER/REPO:ref:refs/heads/BRANCH, :ref:refs/tags/TAG or :environment:NAME.'

export const judgeGithub: Judge = (subject) => {
  const { text } = subject
  if (couldBegin(subject, text, ['repo:']) && !text.startsWith('repo:'))
    return [anybody(subject, 'repositories of anybody')]
  if (!START.test(text)) return [malformed(subject, FORM, (other) => START.test(other))]
  if (!text.startsWith('repo:')) return []

  const [, owner = '', slash = '', repo = '', colon = '', context = ''] = PARTS.exec(text) ?? []
  if (isOpen(subject, withoutId(owner)) || (!slash && isOpen(subject, owner)))
    return [anybody(subject, 'any owner whose name begins so, and names are free for anybody to take')]
  if (!slash || !repo) return [malformed(subject, FORM, () => false)]

  const problems = owner.includes('@') ? [] : [describeClassic(subject)]
  if (isOpen(subject, withoutId(repo)))
    problems.push(anyProject(subject, `every repository of ${owner} that is named so`))
  return colon ? [...problems, ...judgeContext(subject, context)] : problems
}

function judgeContext(subject: Subject, context: string): Problem[] {
  const { text } = subject
  const any = subject.wildcards ? nameAll(context) : undefined
  if (any)
    return [
      {
        code: 'SUBJECT_ANY_REF',
        text: `"${text}" fits every ${any} of the repository.`,
        remedy: 'Name a branch, a tag or, best, an environment with rules of its own.',
      },
    ]
  if (/^pull_request(:|$)/.test(context))
    return [
      {
        code: 'SUBJECT_PULL_REQUEST',
        text: `"${text}" lets pull requests in: code that nobody has reviewed yet.`,
        remedy: 'Give pull requests a role of their own with few rights, or use an environment.',
      },
    ]
  if (!CONTEXT.test(context) && !couldBegin(subject, context, CONTEXTS))
    return [malformed(subject, FORM, (other) => CONTEXT.test(PARTS.exec(other)?.[5] ?? ''))]
  return judgeEnvironment(subject, context)
}

function nameAll(context: string): string | undefined {
  if (context === '*') return 'branch, tag, environment and pull request'
  if (context === 'environment:*') return 'environment'
  return /^ref:(refs\/)?(heads\/|tags\/)?\*$/.test(context) ? 'branch or tag' : undefined
}

/** What follows the name of an environment is another claim, or a colon that should have been encoded. */
function judgeEnvironment({ text }: Subject, context: string): Problem[] {
  const [, rest] = /^environment:[^:]*:(.*)$/s.exec(context) ?? []
  if (rest === undefined || new RegExp(`^(${CLAIMS}|ref|[*?])`).test(rest)) return []
  return [
    {
      code: 'SUBJECT_COLON',
      text: `"${text}" has a colon in the name of the environment: in a subject it is %3A.`,
      remedy: 'Write %3A for it.',
    },
  ]
}

function describeClassic({ text }: Subject): Problem {
  return {
    code: 'SUBJECT_CLASSIC',
    text: `"${text}" has names alone. Repositories that are new, renamed or transferred since July 2026 have ids in their subjects, and a name that is given up can be taken by others.`,
    remedy: 'Add the subject with ids (repo:OWNER@ID/REPO@ID:…) and a condition on repository_id.',
  }
}

/** `@` stands in no name: behind it a wildcard is for the id. */
function withoutId(name: string): string {
  return name.replace(/@.*$/s, '')
}
