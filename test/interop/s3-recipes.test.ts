/** The examples of the package's README, run as they stand at radosgw, and the driver for unstorage there. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { CredentialSource } from '@rolecall/credentials'
import { createS3Files, type S3Files } from '@rolecall/s3-files'
import s3Driver from '@rolecall/s3-files/unstorage'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeDriver } from '../../packages/s3-files/test/unstorage-contract.ts'
import { type Issuer, startIssuer } from './oidc-issuer.ts'
import { type Radosgw, startRadosgw } from './radosgw.ts'
import { createRole, webIdentity } from './radosgw-role.ts'

const ROOT = join(import.meta.dirname, '../..')
const RECIPES = ['flydrive@1.3.0', '@flystorage/aws-s3@1.2.0', '@flystorage/file-storage@1.2.2']
const README_BUCKET = 'https://my-bucket.s3.eu-central-1.amazonaws.com'
const run = promisify(execFile)

let radosgw: Radosgw
let issuer: Issuer
let session: CredentialSource
let folder = ''
let files: S3Files
let env: Record<string, string>

beforeAll(async () => {
  radosgw = await startRadosgw()
  issuer = await startIssuer()
  session = webIdentity(radosgw, issuer, await createRole(radosgw, issuer))
  const client = new S3Client({
    endpoint: radosgw.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: session as never,
  })
  await client.send(new CreateBucketCommand({ Bucket: 'my-bucket' }))
  client.destroy()
  files = createS3Files({ bucketUrl: `${radosgw.url}/my-bucket`, credentials: session })

  const { accessKeyId, secretAccessKey, sessionToken } = await session()
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: tmpdir(),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken ?? '',
    AWS_ENDPOINT_URL_S3: radosgw.url,
    AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_REQUIRED',
  }
  folder = await mkdtemp(join(tmpdir(), 'rolecall-recipes-'))
  await installRecipes()
}, 300_000)
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  issuer?.stop()
  await radosgw?.stop()
})

/** npm brings the libraries; ours, and what the repository has, are linked. */
async function installRecipes(): Promise<void> {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const sdk = `@aws-sdk/client-s3@${devDependencies['@aws-sdk/client-s3']}`
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--prefix', folder]
  await run('npm', ['install', ...flags, ...RECIPES, sdk, '@aws-sdk/s3-request-presigner']).catch(() => {
    throw new Error(`npm cannot install ${RECIPES.join(', ')} here`)
  })
  await mkdir(join(folder, 'node_modules/@rolecall'))
  for (const name of ['credentials', 's3-files'])
    await symlink(join(ROOT, 'packages', name), join(folder, 'node_modules/@rolecall', name))
  await symlink(join(ROOT, 'node_modules/unstorage'), join(folder, 'node_modules/unstorage'))
}

async function exampleWith(text: string): Promise<string> {
  const readme = await readFile(join(ROOT, 'packages/s3-files/README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? '')
  const found = blocks.filter((code) => code.includes(text))
  expect(found, text).toHaveLength(1)
  return found[0]?.replaceAll(README_BUCKET, `${radosgw.url}/my-bucket`) ?? ''
}

async function runExample(code: string, after = ''): Promise<string> {
  const file = join(folder, 'example.mjs')
  await writeFile(file, `${code}\n${after}`)
  const { stdout } = await run(process.execPath, [file], { env })
  return stdout
}

test('the first example lists what it wrote', async () => {
  expect(await runExample(await exampleWith('hello.livemd'))).toBe('/notebooks/hello.livemd 7\n')
})

test('the operations do what they say', async () => {
  const first = await exampleWith('hello.livemd')
  const code = `${first}\n${await exampleWith('files.rename(')}`
  const stdout = await runExample(code, "console.log(Buffer.from(bytes).toString(), await files.exists('/new/'))")
  expect(stdout).toMatch(/\ntw false\n$/)
})

test('the file system in memory needs nothing', async () => {
  expect(await runExample(await exampleWith('createMemoryFiles'), "console.log(await files.exists('/a.txt'))")).toBe(
    'true\n',
  )
})

test('unstorage keeps its items below the base', async () => {
  await runExample(await exampleWith('unstorage'))
  expect(new TextDecoder().decode(await files.read('/app/cache/user/1'))).toBe('{"name":"Ann"}')
})

test.each(['flydrive', 'flystorage'])('%s works with our credentials', async (name) => {
  const code = await exampleWith(name === 'flydrive' ? 'flydrive/drivers' : '@flystorage/aws-s3')
  await files.remove('/hello.txt')
  await runExample(code)
  expect(new TextDecoder().decode(await files.read('/hello.txt'))).toBe('Hello')
})

test('the command line copies a file there and back, lists it and removes it', async () => {
  const rolecall = (...args: string[]) =>
    run(process.execPath, [join(ROOT, 'packages/cli/dist/rolecall.cjs'), 's3', ...args], {
      env: { ...env, AWS_REGION: 'us-east-1' },
    })
  const data = randomBytes(20_000_000)
  await writeFile(join(folder, 'é +.bin'), data)
  await rolecall('cp', join(folder, 'é +.bin'), 's3://my-bucket/cli/')
  expect((await rolecall('ls', 's3://my-bucket/cli/')).stdout).toMatch(/^20000000 {2}\S+ \S+ {2}\/cli\/é \+\.bin\n$/)
  await rolecall('cp', 's3://my-bucket/cli/é +.bin', 's3://my-bucket/cli/copy')
  await rolecall('cp', 's3://my-bucket/cli/copy', join(folder, 'back'))
  expect((await readFile(join(folder, 'back'))).equals(data)).toBe(true)
  await rolecall('rm', 's3://my-bucket/cli/', '--recursive')
  expect(await files.exists('/cli/')).toBe(false)
})

describeDriver('the driver for unstorage, with the session of a web identity', async () =>
  s3Driver({ bucketUrl: await radosgw.createBucket(), credentials: session, base: 'app:cache' }),
)
