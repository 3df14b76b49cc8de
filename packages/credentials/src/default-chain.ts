import type { StaticKeys } from './model/credentials.ts'
import type { Provider } from './model/provider.ts'
import { fromContainer } from './providers/container.ts'
import { fromEnv } from './providers/env.ts'
import { fromInstance } from './providers/instance.ts'
import { fromProfile } from './providers/profile.ts'
import { fromStatic } from './providers/static.ts'
import { fromWebIdentity } from './providers/web-identity.ts'

export interface ChainOptions {
  readonly credentials?: StaticKeys | undefined
  readonly order?: 'standard' | 'static-last' | undefined
  readonly profile?: string | undefined
}

/** The order of the search. Explicit keys come first, or last as a fallback; a profile named in code puts env aside. */
export function defaultChain({ credentials, order = 'standard', profile }: ChainOptions): readonly Provider[] {
  const explicit = credentials ? [fromStatic(credentials)] : []
  return [
    ...(order === 'standard' ? explicit : []),
    ...(profile === undefined ? [fromEnv()] : []),
    fromProfile(),
    fromWebIdentity(),
    fromContainer(),
    fromInstance(),
    ...(order === 'static-last' ? explicit : []),
  ]
}
