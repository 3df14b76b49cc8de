declare module 'proxy-from-env' {
  /** By HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case; empty for no proxy. */
  export function getProxyForUrl(url: string): string
}
