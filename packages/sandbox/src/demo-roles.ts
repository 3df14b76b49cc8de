/** The roles that every sandbox has, one for each place that code may run in. */
import type { Account, Role } from './account.ts'
import { CI_ISSUERS, type CiPlace } from './ci/issuers.ts'
import { DEFAULT_SUBJECT, type Issuer } from './issuer.ts'

export interface DemoRoles {
  /** Assumed by anyone in the account. */
  readonly demo: Role
  readonly webIdentity: Role
  readonly ecs: Role
  readonly eks: Role
  readonly ec2: Role
  /** One for the jobs of each CI. A session may last twelve hours. */
  readonly ci: Readonly<Record<CiPlace, Role>>
}

export function createDemoRoles(account: Account, issuer: Issuer): DemoRoles {
  const provider = account.registerOidcProvider(issuer.url, ['sts.amazonaws.com'])
  const host = issuer.url.replace(/^https?:\/\//, '')
  const create = (name: string, principal: object, action: string | string[], condition?: object): Role =>
    account.createRole({
      name,
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: principal, Action: action, ...(condition && { Condition: condition }) },
        ],
      },
    })
  const anyone = { AWS: `arn:aws:iam::${account.id}:root` }
  const pod = { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: DEFAULT_SUBJECT } }
  return {
    demo: create('demo', anyone, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
    webIdentity: create('demo-web-identity', { Federated: provider.arn }, 'sts:AssumeRoleWithWebIdentity', pod),
    ecs: create('demo-ecs', { Service: 'ecs-tasks.amazonaws.com' }, 'sts:AssumeRole'),
    eks: create('demo-eks', { Service: 'pods.eks.amazonaws.com' }, ['sts:AssumeRole', 'sts:TagSession']),
    ec2: create('demo-ec2', { Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole'),
    ci: createCiRoles(account),
  }
}

function createCiRoles(account: Account): DemoRoles['ci'] {
  const roles = Object.entries(CI_ISSUERS).map(([ci, { issuer, audience, subjects }]) => {
    const { arn } = account.registerOidcProvider(issuer, [audience])
    const name = arn.slice(arn.indexOf('/') + 1)
    const statement = {
      Effect: 'Allow',
      Principal: { Federated: arn },
      Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
      Condition: { StringEquals: { [`${name}:aud`]: audience }, StringLike: { [`${name}:sub`]: subjects } },
    }
    const trustPolicy = { Version: '2012-10-17', Statement: [statement] }
    return [ci, account.createRole({ name: `demo-${ci}`, trustPolicy, maxSessionDurationSeconds: 43_200 })]
  })
  return Object.fromEntries(roles)
}
