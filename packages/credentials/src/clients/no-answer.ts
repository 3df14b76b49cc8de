/** Why a request came to nothing: by the system's code, and by the proxy on the way. The rest of such an error quotes secrets. */

/** Of the system, of OpenSSL's checks and of Node: no other is passed on. */
const CODE = /^(E[A-Z0-9]{2,15}|(ERR|UND_ERR|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)_[A-Z_]{2,50}|INVALID_CA)$/
const OF_AUTHORITIES = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA)/

interface NetworkFailure {
  readonly code?: unknown
  readonly cause?: unknown
  /** Where a proxy led there: the variable that names it, and the status where it refused. */
  readonly proxy?: { readonly variable: string; readonly status: string | undefined }
}

/** @returns the end of a sentence, and what to do. */
export function explainNoAnswer(error: unknown): { readonly reason: string; readonly remedy: string } {
  const failure = (error ?? {}) as NetworkFailure
  const code = [failure.code, (failure.cause as NetworkFailure | undefined)?.code].find(
    (found): found is string => typeof found === 'string' && CODE.test(found),
  )
  const { proxy } = failure
  const reason = proxy?.status ? `: the proxy of ${proxy.variable} answered ${proxy.status}` : code ? ` (${code})` : ''
  if (code && OF_AUTHORITIES.test(code)) {
    const where = 'AWS_CA_BUNDLE or ca_bundle (services of AWS), or in NODE_EXTRA_CA_CERTS'
    return {
      reason,
      remedy: `Check the clock, and name a file with the authority that issued its certificate in ${where}`,
    }
  }
  if (!proxy) return { reason, remedy: 'Check what serves that address' }
  return { reason, remedy: `Check the proxy that ${proxy.variable} names, or except that address from it in NO_PROXY` }
}
