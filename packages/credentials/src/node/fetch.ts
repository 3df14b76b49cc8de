/** All traffic: past every proxy on this machine and link-local, else through the proxy that the variables name. */
import type { Outgoing } from '../model/host.ts'
import { fetchBySocket } from './fetch-by-socket.ts'

/** What answers there belongs to this machine: a proxy would be another one. */
const PAST_PROXIES =
  /^((.+\.)?localhost\.?|127(\.\d+){3}|169\.254(\.\d+){2}|\[(::1|::ffff:(7f..|a9fe):\w+|fe[89ab].:.*|fd00:ec2::\w+)\])$/

const PROXY_VARIABLE = /^(https?|all)_proxy$/i

export async function fetchFromNode(url: string, { ca, ...init }: Outgoing): Promise<Response> {
  if (PAST_PROXIES.test(new URL(url).hostname)) return fetchBySocket(url, init, { ca })
  const proxy = await readProxy(url)
  if (!proxy) return ca === undefined ? fetch(url, init) : fetchBySocket(url, init, { ca })

  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent')
  const ProxyAgent = new URL(url).protocol === 'https:' ? HttpsProxyAgent : HttpProxyAgent
  const proxyRequestOptions = { headers: {}, signal: init.signal } // an abort ends the talk with the proxy too
  try {
    return await fetchBySocket(url, init, { ca, agent: new ProxyAgent({ proxy: proxy.url, proxyRequestOptions }) })
  } catch (error) {
    throw behindProxy(error as NodeJS.ErrnoException, proxy.variable)
  }
}

async function readProxy(url: string) {
  if (!Object.keys(process.env).some((name) => PROXY_VARIABLE.test(name))) return undefined
  const { findProxy } = await import('./proxy.ts')
  return findProxy(url)
}

function behindProxy({ code, message }: NodeJS.ErrnoException, variable: string): Error {
  const [, status] = /^Bad response: (\d{3})$/.exec(message) ?? []
  return Object.assign(new Error('behind a proxy'), { code, proxy: { variable, status } })
}
