/**
 * A role with a trust policy as CloudFormation writes it, in YAML.
 *
 * Source  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 * @module
 */
import type { CreatedDocument } from '@rolecall/credentials/trust'

export function writeCloudFormation(policy: CreatedDocument): string {
  const template = {
    Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: policy } } },
  }
  return `${writeMembers(template, '').join('\n')}\n`
}

/** Texts are written as JSON has them: every one is a text of YAML then. */
function writeMembers(object: object, indent: string): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const key = /^[A-Za-z]+$/.test(name) ? name : JSON.stringify(name)
    if (Array.isArray(value)) return [`${indent}${key}:`, ...value.flatMap((item) => writeItem(item, `${indent}  `))]
    if (typeof value === 'object' && value !== null) return [`${indent}${key}:`, ...writeMembers(value, `${indent}  `)]
    return [`${indent}${key}: ${writeText(value)}`]
  })
}

function writeItem(item: unknown, indent: string): string[] {
  if (typeof item !== 'object' || item === null) return [`${indent}- ${writeText(item)}`]
  const [first = '', ...rest] = writeMembers(item, `${indent}  `)
  return [`${indent}- ${first.trimStart()}`, ...rest]
}

function writeText(value: unknown): string {
  return /^(Allow|[A-Za-z]+(::?[A-Za-z]+)+)$/.test(String(value)) ? String(value) : JSON.stringify(value)
}
