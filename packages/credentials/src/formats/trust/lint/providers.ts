/** The OIDC providers that a statement names, without their ARNs. */
import type { TrustStatement } from '../policy.ts'
import { isBuiltInProvider, parseProviderArn } from '../principal.ts'

export function listProviders({ principal: { names } }: TrustStatement): string[] {
  const providers = names.flatMap(({ type, name }) => {
    if (type !== 'Federated') return []
    return isBuiltInProvider(name) ? [name] : (parseProviderArn(name)?.provider ?? [])
  })
  return [...new Set(providers)]
}
