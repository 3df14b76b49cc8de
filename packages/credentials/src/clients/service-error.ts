/** How a service of AWS says no: its own code for why goes with the error. */
import { CredentialsError, type CredentialsErrorOptions } from '../errors.ts'

/** What a service said. */
export interface ServiceRefusal {
  readonly serviceCode: string | undefined
  readonly serviceMessage?: string | undefined
}

/** A service of AWS said no, and gave its own code for why. */
export class ServiceError extends CredentialsError implements ServiceRefusal {
  readonly serviceCode: string | undefined
  readonly serviceMessage: string | undefined

  constructor(problem: string, options: CredentialsErrorOptions, { serviceCode, serviceMessage }: ServiceRefusal) {
    super(problem, options)
    this.serviceCode = serviceCode
    this.serviceMessage = serviceMessage
  }
}
