/** Every CI that tokens can be had from. */
import type { CiName } from '../../formats/ci-marks.ts'
import { azureDevops } from './azure-devops.ts'
import { bitbucket } from './bitbucket.ts'
import { buildkite } from './buildkite.ts'
import type { Ci } from './ci.ts'
import { circleci } from './circleci.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { kubernetes } from './kubernetes.ts'
import { terraform } from './terraform.ts'

export const CIS: Readonly<Record<CiName, Ci>> = {
  github,
  gitlab,
  bitbucket,
  circleci,
  buildkite,
  'azure-devops': azureDevops,
  terraform,
  kubernetes,
}
