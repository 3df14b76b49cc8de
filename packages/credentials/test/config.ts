import { parseIni } from '../src/formats/ini.ts'
import { mergeSharedConfig } from '../src/formats/shared-config.ts'
import type { SharedConfig } from '../src/model/shared-config.ts'

/** Both files as the library reads them, from their texts. */
export function sharedConfig(config: string, credentials = ''): SharedConfig {
  return mergeSharedConfig(
    { path: '/config', sections: parseIni(config, '/config') },
    { path: '/credentials', sections: parseIni(credentials, '/credentials') },
  )
}

/** What a function throws. */
export function thrownBy(work: () => unknown): Error & Record<string, unknown> {
  try {
    work()
  } catch (error) {
    return error as Error & Record<string, unknown>
  }
  throw new Error('it did not throw')
}
