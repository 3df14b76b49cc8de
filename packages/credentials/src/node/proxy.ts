/**
 * Which proxy leads to an address: by HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, past it by NO_PROXY, each in either case. Where
 * the library reads them in its own way, they are read as curl, botocore and Go read them: a proxy without a scheme is spoken
 * to over http, and a name in NO_PROXY covers the names below it.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html
 *         https://pkg.go.dev/golang.org/x/net/http/httpproxy
 * @module
 */
export interface ProxyChoice {
  readonly url: string
  /** Names it. */
  readonly variable: string
}

/** undefined where the address is asked without one. */
export async function findProxy(address: string): Promise<ProxyChoice | undefined> {
  const { getProxyForUrl } = await import('proxy-from-env')
  const { protocol, hostname, port } = new URL(address)
  const isExcepted = listNames(hostname).some((name) => getProxyForUrl(`${protocol}//${name}:${port}`) === '')
  const variable = [protocol.replace(':', '_proxy'), 'all_proxy']
    .flatMap((name) => [name, name.toUpperCase()])
    .find((name) => process.env[name])
  const value = variable && process.env[variable]
  if (isExcepted || !value) return undefined
  return { url: value.includes('://') ? value : `http://${value}`, variable }
}

/** The name itself, and the names that it lies below. */
function listNames(hostname: string): string[] {
  const labels = hostname.replace(/\.$/, '').split('.')
  return labels.map((_, index) => labels.slice(index).join('.'))
}
