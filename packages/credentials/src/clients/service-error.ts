import { CredentialsError, type CredentialsErrorOptions } from '../errors.ts'

/** A service of AWS said no, and gave its own code for why. */
export class ServiceError extends CredentialsError {
  readonly serviceCode: string | undefined

  constructor(problem: string, options: CredentialsErrorOptions, serviceCode: string | undefined) {
    super(problem, options)
    this.serviceCode = serviceCode
  }
}
