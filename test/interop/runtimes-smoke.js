/**
 * The built library in whatever runtime runs this: each way to credentials once, over real variables, files, processes
 * and sockets of this machine. Prints what was found as one line of JSON.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  createCredentials,
  createToken,
  fromContainer,
  fromProcess,
  fromProfile,
  nodeHost,
} from '@rolecall/credentials'

const SECRET = 'never-to-be-printed-1'
const SESSION = `<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/app/me</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAROLEEXAMPLE00001</AccessKeyId><SecretAccessKey>${SECRET}</SecretAccessKey><SessionToken>t</SessionToken>
<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
const CONTAINER = {
  AccessKeyId: 'ASIACONTAINERKEY0001',
  SecretAccessKey: SECRET,
  Token: 't',
  Expiration: '2999-01-01T00:00:00Z',
}
const PRINTED = { Version: 1, AccessKeyId: 'AKIAPROCESSEXAMPLE01', SecretAccessKey: SECRET }

const asked = []
const server = createServer((request, response) => {
  const { method, url, headers } = request
  asked.push({ method, url, signed: /^AWS4-HMAC-SHA256 /.test(headers.authorization ?? '') })
  request.resume().on('end', () => response.end(url === '/container' ? JSON.stringify(CONTAINER) : SESSION))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

/** Leads everywhere to this server: no name is ever looked up. */
const proxied = []
server.on('connect', (request, socket) => {
  proxied.push(request.url)
  const onward = connect(server.address().port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connected\r\n\r\n')
    onward.pipe(socket).pipe(onward)
  })
  onward.on('error', () => socket.destroy())
  socket.on('error', () => onward.destroy())
})

const home = mkdtempSync(join(tmpdir(), 'rolecall-runtime-'))
const config = join(home, 'config')
const printed = join(home, 'printed.json')
writeFileSync(printed, JSON.stringify(PRINTED))
writeFileSync(
  config,
  `[profile base]
aws_access_key_id = AKIABASEEXAMPLE00001
aws_secret_access_key = ${SECRET}
[profile app]
role_arn = arn:aws:iam::123456789012:role/app
source_profile = base
region = eu-central-1
`,
)

for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
Object.assign(process.env, { HOME: home, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: join(home, 'none') })
Object.assign(process.env, { AWS_ENDPOINT_URL_STS: origin, AWS_EC2_METADATA_DISABLED: 'true' })

const results = {}
const tell = ({ accessKeyId, source, accountId }) => [accessKeyId, source, accountId].filter(Boolean).join(' ')
const failure = (work) =>
  work.then(
    () => 'no error',
    (error) => error.code ?? error.name,
  )

try {
  results.nothing = await failure(createCredentials()())

  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAENVEXAMPLE000001', AWS_SECRET_ACCESS_KEY: SECRET })
  const fromVariables = await createCredentials()()
  results.env = tell(fromVariables)
  results.printed = [inspect(fromVariables), JSON.stringify(fromVariables), String(fromVariables)].join(' ')
  results.spread = Object.keys({ ...fromVariables }).length
  delete process.env.AWS_ACCESS_KEY_ID
  delete process.env.AWS_SECRET_ACCESS_KEY

  results.profile = tell(await createCredentials({ profile: 'app' })())
  results.process = tell(await createCredentials({ sources: [fromProcess({ command: `cat ${printed}` })] })())
  const silent = fromProcess({ command: 'sleep 30', timeoutMs: 200 })
  results.slowProcess = await failure(createCredentials({ sources: [silent] })())

  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${origin}/container`
  results.container = tell(await createCredentials({ sources: [fromContainer()] })())
  results.explain = JSON.stringify(await createCredentials({ sources: [fromProfile({ profile: 'app' })] }).explain())
  results.folderForFile = await failure(createCredentials({ profile: 'app', configFile: home })())
  results.token = await failure(createToken({ profile: 'app' })())

  results.asked = asked.splice(0).map(({ method, url, signed }) => `${method} ${url}${signed ? ' signed' : ''}`)

  Object.assign(process.env, { HTTP_PROXY: origin, AWS_ENDPOINT_URL_STS: 'http://sts.example' })
  await createCredentials({ sources: [fromContainer()] })()
  results.local = [...asked.splice(0).map(({ url }) => url), ...proxied.splice(0)]
  results.proxied = [tell(await createCredentials({ profile: 'app' })()), ...proxied]

  let inside = 0
  const hold = async () => {
    const most = await nodeHost().withLock(
      join(home, 'lock'),
      async () => {
        inside++
        await new Promise((resolve) => setTimeout(resolve, 20))
        return inside--
      },
      new AbortController().signal,
    )
    return most
  }
  results.atOnce = Math.max(...(await Promise.all([hold(), hold(), hold()])))
} finally {
  server.close()
  server.closeAllConnections?.()
  rmSync(home, { recursive: true, force: true })
}
console.log(JSON.stringify(results))
