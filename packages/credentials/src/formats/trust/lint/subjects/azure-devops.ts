/**
 * Subjects of Azure DevOps: `sc://ORGANISATION/PROJECT/SERVICE-CONNECTION`.
 *
 * Source  https://github.com/aws/aws-toolkit-azure-devops
 * @module
 */
import { anyProject, isOpen, type Judge, malformed } from './judgement.ts'

const WHOLE = /^sc:\/\/[^/]+\/[^/]+\/.+$/s

export const judgeAzureDevops: Judge = (subject) => {
  if (isOpen(subject, subject.text))
    return [anyProject(subject, 'more than one service connection, and whoever may create one gets in')]
  const form = 'Write sc://ORGANISATION/PROJECT/SERVICE-CONNECTION.'
  return WHOLE.test(subject.text) ? [] : [malformed(subject, form, (other) => WHOLE.test(other))]
}
