/** One bucket and the way to it: requests signed with fresh keys for the right region, and failures that say what to do. */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type $Command,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
  type S3ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3'
import type { Credentials, Host } from '@rolecall/credentials'
import type { BucketAddress } from './bucket-url.ts'
import { addContentMd5 } from './content-md5.ts'
import type { Abortable } from './files.ts'
import type { Keys } from './keys.ts'
import { explainFailure, isAboutKeys, regionSaidBy } from './refusal.ts'
import { type BucketRegion, chooseRegion } from './region.ts'
import { untilAborted } from './until-aborted.ts'

const ATTEMPTS = 3
/** A store that computes sends white space meanwhile; one that says nothing for so long is gone. */
const NETWORK = { connectionTimeout: 10_000, socketTimeout: 60_000 }

export type S3Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  S3ClientResolvedConfig
>

export interface Bucket {
  /** As requests name it. */
  readonly name: string
  readonly isAws: boolean
  readonly host: Host
  /** What `@aws-sdk/lib-storage` reads of a client. */
  readonly config: S3ClientResolvedConfig
  /** @throws S3FilesError, CredentialsError, or the reason of the signal. */
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: S3Command<Input, Output>,
    asked?: Asked,
  ): Promise<Output>
  /** What a body that breaks off means to the caller. */
  explain(error: unknown, asked: Asked & { readonly operation: string }): unknown
  /** As the source of a copy names it. */
  copyName(asked: Abortable): Promise<string>
  region(): Promise<BucketRegion>
}

export interface Asked extends Abortable {
  /** What the caller asked for, for errors. */
  readonly path?: string
  /** Told when there are keys: from then on it may reach the store. */
  readonly onSigned?: () => void
}

export interface BucketOptions {
  readonly address: BucketAddress
  readonly keys: Keys
  readonly region: string | undefined
  readonly host: Host
  /** Where requests go instead of to the network. */
  readonly requestHandler?: S3ClientConfig['requestHandler']
}

/** What one request is signed with: the SDK asks more than once. */
interface Signature {
  readonly onSigned?: Asked['onSigned'] | undefined
  asked?: Promise<Credentials> | undefined
  keys?: Credentials
  region?: BucketRegion
}

export function openBucket({ address, keys, region: option, host, requestHandler }: BucketOptions): Bucket {
  let chosen: Promise<BucketRegion> | undefined
  const region = (): Promise<BucketRegion> => {
    chosen ??= chooseRegion({ option, address, source: keys.source, host }).catch((error: unknown) => {
      chosen = undefined // the next request asks again
      throw error
    })
    return chosen
  }
  const signing = new AsyncLocalStorage<Signature>()
  const regionName = async (): Promise<string> => {
    const found = await region()
    Object.assign(signing.getStore() ?? {}, { region: found })
    return found.name
  }
  const sign = async (): Promise<Credentials> => {
    const signature = signing.getStore() ?? {}
    signature.asked ??= keys()
    signature.keys = await signature.asked
    signature.onSigned?.()
    return signature.keys
  }
  const client = createClient(address, sign, regionName, requestHandler)

  /** Once more with other keys, and once more for the region that the store names: bodies are bytes, never streams. */
  const send: Bucket['send'] = async (command, asked = {}) => {
    const { signal, onSigned } = asked
    let renewed: Credentials | undefined
    let mayRenew = true
    let mayMove = true
    for (;;) {
      const signature: Signature = { onSigned, asked: renewed && Promise.resolve(renewed) }
      try {
        signal?.throwIfAborted()
        const answer = signing.run(signature, () => client.send(command, signal ? { abortSignal: signal } : {}))
        return await untilAborted(answer, signal)
      } catch (error) {
        signal?.throwIfAborted()
        const { keys: refused, region: wrong } = signature
        if (mayRenew && refused && isAboutKeys(error, refused, host.now())) {
          mayRenew = false
          renewed = await untilAborted(keys.renew(refused), signal)
          if (renewed) continue
        }
        const name = regionSaidBy(error)
        if (mayMove && name !== undefined && name !== wrong?.name) {
          mayMove = false
          chosen = Promise.resolve({ name, chosenBy: 'the bucket' })
          continue
        }
        const operation = command.constructor.name.replace(/Command$/, '')
        throw explainFailure(error, { ...asked, operation, address, refused, region: wrong })
      }
    }
  }

  let learnt = address.copyName
  return {
    name: address.bucket,
    isAws: address.isAws,
    host,
    config: client.config,
    send,
    explain: (error, asked) => explainFailure(error, { ...asked, address, refused: undefined, region: undefined }),
    region,
    async copyName({ signal }) {
      learnt ??= (await send(new ListObjectsV2Command({ Bucket: address.bucket, MaxKeys: 0 }), { signal })).Name
      return learnt ?? address.bucket
    },
  }
}

/** Everything is said here, so that neither variables nor files of this process change what is sent. */
function createClient(
  address: BucketAddress,
  keys: () => Promise<Credentials>,
  region: () => Promise<string>,
  requestHandler: BucketOptions['requestHandler'] = NETWORK,
): S3Client {
  const credentials = Object.assign(keys, { memoized: true }) // else the SDK would keep them, by a clock of its own
  const checksums = address.isAws ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED' // others refuse headers that they do not know
  const client = new S3Client({
    region,
    endpoint: async () => ({ url: new URL(address.endpoint(await region())) }),
    forcePathStyle: address.pathStyle,
    // to the SDK's types, with exactOptionalPropertyTypes as here, a field that is undefined is not an optional one
    credentials: credentials as NonNullable<S3ClientConfig['credentials']>,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    expectContinueHeader: false, // with it, each part would have a connection of its own
    requestHandler,
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    defaultsMode: 'standard',
    authSchemePreference: ['sigv4'],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    useArnRegion: false,
    disableS3ExpressSessionAuth: true,
    sigv4aSigningRegionSet: [],
    userAgentAppId: 'rolecall-s3-files',
  })
  if (!address.isAws)
    client.middlewareStack.add(addContentMd5, { step: 'build', priority: 'low', name: 'addContentMd5' })
  return client
}
