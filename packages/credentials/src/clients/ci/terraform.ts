/**
 * HCP Terraform and Terraform Enterprise: one token a plan or apply.
 *
 * Reads   TFC_WORKLOAD_IDENTITY_TOKEN, TFC_WORKSPACE_SLUG, TFC_RUN_ID
 * Source  https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/manual-generation
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { Ci } from './ci.ts'
import { readGivenToken } from './given-token.ts'

const REMEDY = 'Set TFC_WORKLOAD_IDENTITY_AUDIENCE in the workspace, as to aws.workload.identity'

export const terraform: Ci = {
  title: 'HCP Terraform',
  renews: false,
  describeRun: (env) => ({ place: readVariable(env, 'TFC_WORKSPACE_SLUG'), run: readVariable(env, 'TFC_RUN_ID') }),
  readToken: async ({ host }) => readGivenToken(host, ['TFC_WORKLOAD_IDENTITY_TOKEN'], REMEDY),
}
