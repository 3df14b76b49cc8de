import type { ProviderContext } from '../model/provider.ts'

/** For whom the store works: whose world it is in, who gives up, and who hears of what matters. */
export type StoreCaller = Pick<ProviderContext, 'host' | 'signal' | 'trace'>
