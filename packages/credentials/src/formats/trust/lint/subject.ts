/** Judges a value that a policy compares subjects with, as the issuer writes them. */
import type { IssuerKind } from '../issuers.ts'
import type { Problem } from './finding.ts'
import { judgeAzureDevops } from './subjects/azure-devops.ts'
import { judgeBitbucket } from './subjects/bitbucket.ts'
import { judgeBuildkite } from './subjects/buildkite.ts'
import { judgeCircleci } from './subjects/circleci.ts'
import { judgeGithub } from './subjects/github.ts'
import { judgeGitlab } from './subjects/gitlab.ts'
import { anybody, type Judge, type Subject } from './subjects/judgement.ts'
import { judgeKubernetes } from './subjects/kubernetes.ts'
import { judgeTerraform } from './subjects/terraform.ts'

const JUDGES: Readonly<Partial<Record<IssuerKind, Judge>>> = {
  github: judgeGithub,
  gitlab: judgeGitlab,
  bitbucket: judgeBitbucket,
  circleci: judgeCircleci,
  buildkite: judgeBuildkite,
  'azure-devops': judgeAzureDevops,
  terraform: judgeTerraform,
  kubernetes: judgeKubernetes,
}

export function judgeSubject(kind: IssuerKind, subject: Subject): Problem[] {
  if (subject.wildcards && /^[*?]/.test(subject.text))
    return [anybody(subject, 'subjects of anybody: it begins with a wildcard')]
  const isServiceAccount = kind === 'other' && subject.text.startsWith('system:serviceaccount')
  return (isServiceAccount ? judgeKubernetes : JUDGES[kind])?.(subject) ?? []
}
