/**
 * Subjects of service accounts in Kubernetes: `system:serviceaccount:NAMESPACE:NAME`.
 *
 * Source  https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 * @module
 */
import { anybody, anyProject, couldBegin, isOpen, type Judge, malformed } from './judgement.ts'

const WHOLE = /^system:serviceaccount:[^:]+:[^:]+$/

export const judgeKubernetes: Judge = (subject) => {
  const [, namespace, name = ''] = /^system:serviceaccount:([^:]*)(?::([^:]*))?$/.exec(subject.text) ?? []
  const isWide =
    namespace === undefined ? couldBegin(subject, subject.text, ['system:serviceaccount:']) : isOpen(subject, namespace)
  if (isWide) return [anybody(subject, 'service accounts of other namespaces')]
  if (isOpen(subject, name)) return [anyProject(subject, `every service account of ${namespace} that is named so`)]
  const form = 'Write system:serviceaccount:NAMESPACE:NAME.'
  return WHOLE.test(subject.text) ? [] : [malformed(subject, form, (other) => WHOLE.test(other))]
}
