/**
 * Hosts that may be asked over plain http: this machine, and the agents of ECS and EKS on it. Anywhere else what is sent
 * would cross a network in the clear.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @module
 */
const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\]|169\.254\.170\.(2|23)|\[fd00:ec2::23\])$/

export function isLocalHost({ hostname }: URL): boolean {
  return LOCAL_HOST.test(hostname)
}

/** A resolver could send the name elsewhere. */
export function withoutResolver(url: URL): URL {
  if (url.hostname !== 'localhost') return url
  const resolved = new URL(url)
  resolved.hostname = '127.0.0.1'
  return resolved
}
