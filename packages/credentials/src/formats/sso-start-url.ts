/**
 * Which start URLs are those of an access portal of IAM Identity Center itself, in every partition of AWS.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/userguide/using-the-portal.html
 * @module
 */

const ISSUER = /^identitycenter\.(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|us-gov\.amazonaws\.com)$/
const PORTAL = new RegExp(
  `(?:^|\\.)(?:${[
    'app\\.aws',
    'awsapps\\.(?:com|cn)',
    'portal\\.amazonaws\\.(?:com|com\\.cn|eu)',
    'app\\.amazonwebservices\\.com\\.cn',
    '(?:api|app)\\.amazonwebservices\\.eu',
  ].join('|')})$`,
)
const REGION = new RegExp(
  `^[^.]+\\.(?:${[
    'portal\\.([a-z0-9-]+)\\.(?:app\\.aws|app\\.amazonwebservices\\.com\\.cn|(?:api|app)\\.amazonwebservices\\.eu)',
    '([a-z0-9-]+)\\.portal\\.amazonaws\\.(?:com|com\\.cn|eu)',
  ].join('|')})$`,
)

/** Of AWS, by its host name: another address may only lead to such a one. */
export function isAccessPortal({ hostname }: URL): boolean {
  const name = hostname.replace(/\.$/, '')
  return ISSUER.test(name) || PORTAL.test(name)
}

/** undefined where the host name does not say. */
export function regionOfPortal({ hostname }: URL): string | undefined {
  const [, dualStack, ipv4] = REGION.exec(hostname.replace(/\.$/, '')) ?? []
  return dualStack ?? ipv4
}

/** As the service knows it: without a query, a fragment or a slash at the end. */
export function startUrlOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '')
}
