/**
 * A trust policy as Terraform writes it.
 *
 * Source  https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 * @module
 */
import type { CreatedDocument } from '@rolecall/credentials/trust'

export function writeTerraform({ Statement: [statement] }: CreatedDocument): string {
  const { Effect, Action, Principal, Condition } = statement
  const conditions = Object.entries(Condition).flatMap(([operator, block]) =>
    Object.entries(block).map(([key, values]) => ({ operator, key, values: [values].flat() })),
  )
  return [
    'data "aws_iam_policy_document" "trust" {',
    '  statement {',
    `    effect  = ${quote(Effect)}`,
    `    actions = [${quote(Action)}]`,
    '',
    '    principals {',
    '      type        = "Federated"',
    `      identifiers = [${quote(Principal.Federated)}]`,
    '    }',
    ...conditions.flatMap(({ operator, key, values }) => [
      '',
      '    condition {',
      `      test     = ${quote(operator)}`,
      `      variable = ${quote(key)}`,
      `      values   = [${values.map(quote).join(', ')}]`,
      '    }',
    ]),
    '  }',
    '}',
    '',
  ].join('\n')
}

/** In a template of HCL a dollar or percent sign before a brace begins an expression, unless it is doubled. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&')
}
