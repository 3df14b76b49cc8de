/** The running server, and the variables by which programs find it. */
import type { Server } from 'node:http'
import { createPrivateFolder, type PrivateFolder } from '../private-folder.ts'
import { createAccessToken } from './access-token.ts'
import { createContainerProtocol } from './container-protocol.ts'
import { createHttpServer } from './http-server.ts'
import { createInstanceProtocol } from './instance-protocol.ts'
import { ADDRESS, listenOnPort, listenOnSocket } from './listen.ts'
import { createHandler, type Handling } from './request-handler.ts'
import type { ServedProfile } from './served-profile.ts'
import { writeTokenFile } from './token-file.ts'

export interface EndpointOptions {
  /** The first is at `/`. */
  readonly profiles: readonly ServedProfile[]
  readonly region: string | undefined
  /** 0: one that is free. */
  readonly port: number
  readonly socketPath: string | undefined
  /** undefined: one in a private folder. */
  readonly tokenFile: string | undefined
  readonly imds: boolean
}

export interface Endpoint {
  readonly url: string
  readonly variables: Readonly<Record<string, string>>
  /** For files that end with the server. */
  readonly folder: PrivateFolder
  close(): Promise<void>
}

const DEFAULT_PORT = 80
/** Those who wait for an answer may have it in this time. */
const CLOSING_MS = 500

/**
 * Who gets it is the only one to remove its files, and attends to signals from then on: nothing is awaited in between.
 *
 * @throws Failure `PORT_TAKEN`, `ALREADY_RUNNING`, `LISTEN_FAILED`, `OUTPUT_FAILED`
 */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { profiles, region, port, socketPath, tokenFile, imds } = options
  const token = createAccessToken()
  const [first] = profiles
  const handling: Handling = {
    container: createContainerProtocol(token, new Map(profiles.flatMap(listPaths))),
    instance: imds && first ? createInstanceProtocol(first.kept, region) : undefined,
  }

  const servers: Server[] = []
  const closeAll = (error: unknown): never => {
    for (const server of servers) server.close()
    throw error
  }
  const host = await startServers(servers, handling, port, socketPath).catch(closeAll)
  const files = attempt(() => writeFiles(token.text, tokenFile), closeAll)
  const url = `http://${host}/`
  return {
    url,
    folder: files.folder,
    variables: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token.text,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: files.token,
      ...(imds && describeInstance(url)),
      ...(region && { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    },
    async close() {
      files.remove()
      for (const { kept } of profiles) kept.stop()
      await Promise.all(servers.map(closeServer))
    },
  }
}

function writeFiles(token: string, path: string | undefined) {
  const folder = createPrivateFolder()
  if (path === undefined) return { folder, token: folder.write('token', token), remove: folder.remove }
  const file = writeTokenFile(path, token)
  const remove = (): void => {
    file.remove()
    folder.remove()
  }
  return { folder, token: file.path, remove }
}

function attempt<T>(work: () => T, fail: (error: unknown) => never): T {
  try {
    return work()
  } catch (error) {
    return fail(error)
  }
}

/** @returns the name of the server, with its port. */
async function startServers(
  servers: Server[],
  handling: Handling,
  port: number,
  socketPath: string | undefined,
): Promise<string> {
  const onPort = createHttpServer()
  servers.push(onPort)
  const host = `${ADDRESS}:${await listenOnPort(onPort, port)}`
  const hosts = host.endsWith(`:${DEFAULT_PORT}`) ? [host, ADDRESS] : [host]
  onPort.on('request', createHandler({ ...handling, hosts }))
  if (socketPath === undefined) return host

  const onSocket = createHttpServer()
  servers.push(onSocket)
  await listenOnSocket(onSocket, socketPath)
  onSocket.on('request', createHandler({ ...handling, hosts: [...hosts, 'localhost'] }))
  return host
}

function listPaths({ name, kept }: ServedProfile, index: number): (readonly [string, ServedProfile['kept']])[] {
  const names = name === undefined ? [] : [name, encodeURIComponent(name)]
  return [...(index === 0 ? ['/'] : []), ...names.map((name) => `/profiles/${name}`)].map((path) => [path, kept])
}

/** Whoever has turned the metadata service off here means that of the machine. */
function describeInstance(url: string): Record<string, string> {
  const isOff = process.env['AWS_EC2_METADATA_DISABLED']
  return { AWS_EC2_METADATA_SERVICE_ENDPOINT: url, ...(isOff && { AWS_EC2_METADATA_DISABLED: 'false' }) }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSING_MS)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
