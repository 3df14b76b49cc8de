/**
 * Subjects of HCP Terraform: `organization:ORG:project:PROJECT:workspace:WORKSPACE:run_phase:PHASE`, spaces kept.
 *
 * Source  https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens
 * @module
 */
import { anybody, anyProject, couldBegin, isOpen, type Judge, malformed } from './judgement.ts'

const PARTS = /^organization:([^:]*):project:([^:]*):(workspace|stack):([^:]*)(.*)$/s
const PHASE = /^:run_phase:(plan|apply)$/
const FORM = 'Write organization:ORG:project:PROJECT:workspace:WORKSPACE:run_phase:plan or :run_phase:apply.'

export const judgeTerraform: Judge = (subject) => {
  const { text, wildcards } = subject
  if (/%20|\+/.test(text))
    return [
      {
        code: 'SUBJECT_SPACE',
        text: `"${text}" has %20 or + where the subject has a space.`,
        remedy: 'Write the names with their spaces.',
      },
    ]
  const [, organization] = /^organization:([^:]*)/.exec(text) ?? []
  if (organization === undefined ? couldBegin(subject, text, ['organization:']) : isOpen(subject, organization))
    return [anybody(subject, 'any organisation whose name begins so')]
  const [, , project, kind, name = '', rest = ''] = PARTS.exec(text) ?? []
  if (project === undefined ? isOpen(subject, text) : isOpen(subject, `${project}${name}`))
    return [anyProject(subject, 'more than one workspace')]
  if (wildcards && /^(:?\*|:run_phase:\*)$/.test(rest))
    return [
      {
        code: 'SUBJECT_ANY_PHASE',
        text: `"${text}" fits plans as well as applies: whoever may start a plan gets the rights of an apply.`,
        remedy: 'Use a role for run_phase:plan and one for run_phase:apply, or list both subjects.',
      },
    ]
  const fits = kind === 'stack' ? rest.startsWith(':deployment:') : PHASE.test(rest)
  return fits ? [] : [malformed(subject, FORM, (other) => PHASE.test(PARTS.exec(other)?.[5] ?? ''))]
}
