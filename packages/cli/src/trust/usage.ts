import { isCredentialsError } from '@rolecall/credentials'
import { usageFailure } from '../failure.ts'

/** What the library says of an option's value is wrong usage here. */
export function asUsage<T>(create: () => T): T {
  try {
    return create()
  } catch (error) {
    if (!isCredentialsError(error) || error.source !== 'trust-create') throw error
    throw usageFailure(error.problem, `${error.remedy} `, 'trust create')
  }
}
