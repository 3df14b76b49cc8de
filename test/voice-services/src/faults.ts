/** What is to go wrong with the next request to a service. Each is used once, in order. */
export type Fault =
  /** Refused before anything else. */
  | { readonly kind: 'refuse'; readonly code: string; readonly status: number; readonly message?: string }
  /** An exception among the events of the answer, after so many events of the request. */
  | { readonly kind: 'exception'; readonly code: string; readonly message: string; readonly afterEvents: number }
  /** The connection breaks after so many events of the request; for one without events, or with none: at once. */
  | { readonly kind: 'drop'; readonly afterEvents?: number }
  /** Nothing ever comes back. */
  | { readonly kind: 'hang' }

export type ServiceName = 'polly' | 'transcribe' | 'bedrock'

export interface Faults {
  next(service: ServiceName, ...faults: readonly Fault[]): void
  take(service: ServiceName): Fault | undefined
}

export function createFaults(): Faults {
  const planned: { service: ServiceName; fault: Fault }[] = []
  return {
    next(service, ...faults) {
      planned.push(...faults.map((fault) => ({ service, fault })))
    },
    take(service) {
      const index = planned.findIndex((plan) => plan.service === service)
      return index < 0 ? undefined : planned.splice(index, 1)[0]?.fault
    },
  }
}
