/** What is to go wrong next: rules given by `sandbox.fault`, matched against calls. */

export interface FaultRule {
  /** As in `calls`: 'sts', 'imds', 'sso-oidc'… */
  readonly service: string
  /** As in `calls`: 'AssumeRole', 'PutToken'…; default all of the service. */
  readonly operation?: string
  /** How many calls it hits; default every one from now on. */
  readonly times?: number
  /** The HTTP status of a refusal. */
  readonly status?: number
  /** The error code of a refusal, in the form of the service. */
  readonly errorCode?: string
  /** Time that passes before anything is sent. Real time, not the sandbox's. */
  readonly delayMs?: number
  /** The connection is reset after this much of the body. */
  readonly truncateAfterBytes?: number
  /** The body comes one byte at a time, every 400 ms. */
  readonly drip?: boolean
}

export interface Faults {
  add(rule: FaultRule): void
  /** The rule that hits this call, which thereby counts as used. */
  take(service: string, operation: string): FaultRule | undefined
}

/**
 * Rules with `times` are used up first, in the order they were given; then the newest rule without `times` holds.
 * So a rule that asks for nothing puts its service right again.
 */
export function createFaults(serviceNames: readonly string[]): Faults {
  const limited: { rule: FaultRule; left: number }[] = []
  const standing: FaultRule[] = []
  return {
    add: (rule) => {
      checkRule(rule, serviceNames)
      if (rule.times === undefined) standing.unshift({ ...rule })
      else limited.push({ rule: { ...rule }, left: rule.times })
    },
    take: (service, operation) => {
      const hits = (rule: FaultRule): boolean =>
        rule.service === service && (rule.operation === undefined || rule.operation === operation)
      const next = limited.find(({ rule, left }) => left > 0 && hits(rule))
      if (!next) return standing.find(hits)
      next.left -= 1
      return next.rule
    },
  }
}

function checkRule(rule: FaultRule, serviceNames: readonly string[]): void {
  if (!serviceNames.includes(rule.service))
    throw new TypeError(`There is no service ${rule.service}: it is one of ${serviceNames.join(', ')}`)
  for (const name of ['times', 'delayMs', 'truncateAfterBytes'] as const)
    if (rule[name] !== undefined && !(rule[name] >= 0)) throw new RangeError(`${name} is zero or more`)
  if (rule.status !== undefined && !(rule.status >= 200 && rule.status <= 599))
    throw new RangeError('status is 200 to 599')
}
