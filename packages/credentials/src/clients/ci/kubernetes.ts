/**
 * Kubernetes: the projected token of the pod's service account, in a file that is written anew before it ends.
 *
 * Reads   the file of AWS_WEB_IDENTITY_TOKEN_FILE, else the one where EKS puts it; HOSTNAME
 * Source  https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { Host } from '../../model/host.ts'
import { readTokenFile } from '../token-file.ts'
import type { Ci } from './ci.ts'
import { SOURCE } from './failure.ts'

const EKS_FILE = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'

export const kubernetes: Ci = {
  title: 'Kubernetes',
  renews: true,
  describeRun: (env) => ({ place: undefined, run: readVariable(env, 'HOSTNAME') }),
  isAbsent: async (host) => (await host.readFile(fileOf(host)).catch(() => undefined)) === undefined,
  readToken: ({ host }) => readTokenFile(host, fileOf(host), SOURCE),
}

function fileOf({ env }: Host): string {
  return readVariable(env, 'AWS_WEB_IDENTITY_TOKEN_FILE') ?? EKS_FILE
}
