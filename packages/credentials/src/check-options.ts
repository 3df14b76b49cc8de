/** What types would have said, for programs without them. */
import { CredentialsError } from './errors.ts'
import { checkRegion } from './formats/region.ts'
import type { CredentialsOptions } from './model/credentials-options.ts'

/** Before anything is read or asked. @throws CredentialsError `CONFIG_INVALID`, `REGION_INVALID` */
export function checkOptions({ region, order, store, role = [] }: CredentialsOptions): void {
  if (region !== undefined) checkRegion({ name: region, chosenBy: 'the region option' })
  if (order !== undefined && order !== 'standard' && order !== 'static-last')
    throw fail('order is no order there is', 'Set order to standard or static-last', 'credentials')
  if (typeof store === 'string' && store !== 'memory' && store !== 'shared')
    throw fail('store is no store there is', 'Set store to memory, to shared or to a store of your own', 'store')

  const roles = [role].flat()
  const blank = roles.findIndex(({ roleArn }) => !roleArn?.trim())
  if (blank >= 0)
    throw fail(`role ${blank + 1} of ${roles.length} has no ARN`, 'Give each role its roleArn', 'assume-role')
}

function fail(problem: string, remedy: string, source: string): CredentialsError {
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source, remedy })
}
