/** All traffic: past every proxy on this machine and link-local, else through the proxy that the variables name. */
import type { Outgoing } from '../model/host.ts'
import { fetchBySocket } from './fetch-by-socket.ts'

/** What answers there belongs to this machine: a proxy would be another one. */
const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\]|169\.254(\.\d+){2}|\[fd00:ec2::\w+\])$/

const PROXY_VARIABLE = /^(https?|all)_proxy$/i

export async function fetchFromNode(url: string, { ca, ...init }: Outgoing): Promise<Response> {
  if (LOCAL_HOST.test(new URL(url).hostname)) return fetchBySocket(url, init, { ca })
  const proxy = await readProxy(url)
  if (proxy === '') return ca === undefined ? fetch(url, init) : fetchBySocket(url, init, { ca })

  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent')
  const ProxyAgent = new URL(url).protocol === 'https:' ? HttpsProxyAgent : HttpProxyAgent
  const proxyRequestOptions = { headers: {}, signal: init.signal } // an abort ends the talk with the proxy too
  return fetchBySocket(url, init, { ca, agent: new ProxyAgent({ proxy, proxyRequestOptions }) })
}

async function readProxy(url: string): Promise<string> {
  if (!Object.keys(process.env).some((name) => PROXY_VARIABLE.test(name))) return ''
  const { getProxyForUrl } = await import('proxy-from-env')
  return getProxyForUrl(url)
}
