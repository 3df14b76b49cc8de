/** docs/providers.md: what each provider's own header and factory say, in the order of the chain, and what is left out. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './places.js'

const SRC = join(ROOT, 'packages/credentials/src')

export function describeProviders() {
  const files = readdirSync(join(SRC, 'providers')).filter((file) => file.endsWith('.ts'))
  const providers = files.map((file) => readProvider(readFileSync(join(SRC, 'providers', file), 'utf8'), file))
  const order = readOrder()
  const inChain = order.map((factory) => providers.find((provider) => provider.factory === factory))
  if (inChain.length < 6 || inChain.includes(undefined)) throw new Error('the default chain could not be read')
  const others = providers.filter(({ factory }) => !order.includes(factory))
  const behaviours = JSON.parse(readFileSync(join(ROOT, 'test/behaviours.json'), 'utf8'))
  const leftOut = behaviours.filter(({ leftOut }) => leftOut !== undefined)
  if (leftOut.length === 0) throw new Error('what is left out could not be read')

  return `# Providers

The chain asks in this order, and stops at the first that is configured: ${order.map((factory) => `\`${factory}\``).join(', ')}.
With \`order: 'static-last'\` explicit keys come last. A profile named in code or by a flag puts \`env\` aside. The other
providers are used by name: \`sources: [fromSso()]\`, \`rolecall --provider sso\`.

A provider that is not configured steps aside and says why. One that is configured and does not work ends the chain with an
error. When each is asked again: [Refresh](refresh.md). Codes: [Errors](errors.md). This page is made by \`npm run docs\`.

${[...inChain, ...others].map(describe).join('\n\n')}

## Region, endpoints and network

What requests to services of AWS go by, the first that is set:

| | |
|---|---|
| region | the \`region\` option or \`--region\`, AWS_REGION, AWS_DEFAULT_REGION, \`region\` of the profile, the region of the client that asks; then STS is asked in us-east-1, and \`region()\` asks the instance |
| endpoint | AWS_ENDPOINT_URL_STS (\`…_SSO\`, \`…_SSO_OIDC\`, \`…_SIGNIN\`, \`…_ROLESANYWHERE\`, \`…_IAM\`), AWS_ENDPOINT_URL, the profile's \`services\` section, its \`endpoint_url\`; none of them with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or \`ignore_configured_endpoint_urls\` |
| FIPS, dual stack | AWS_USE_FIPS_ENDPOINT, \`use_fips_endpoint\`; AWS_USE_DUALSTACK_ENDPOINT, \`use_dualstack_endpoint\` |
| proxy | HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in either case; never for loopback and link-local |
| certificates | AWS_CA_BUNDLE, \`ca_bundle\` of the profile |

IAM Identity Center is asked in \`sso_region\`, IAM Roles Anywhere in the region of its trust anchor, and an \`aws login\`
session in the region where it was made, else in that of its profile. A region is checked to be a host label before anything is sent. A wrong clock is told by the \`Date\` of an answer, and
signatures are corrected (\`CLOCK_SKEW\`).

## Left out on purpose

The AWS SDKs assert ${behaviours.length} behaviours of themselves (\`test/behaviours.json\` names the tests that show them
here). These are not followed, or not yet:

${leftOut.map(({ behaviour, leftOut }) => `- ${behaviour} — ${leftOut}.`).join('\n')}
`
}

function describe({ name, factory, summary, reads, refresh, sources, contract }) {
  return `## ${name}

${summary} \`${factory}()\`

- **Reads** ${reads}
- **Does** ${contract}
- **Refresh** ${refresh}
- **Source** ${sources.map((url) => `<${url}>`).join(', ')}`
}

function readProvider(text, file) {
  const header = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1].replace(/^\s*\* ?/gm, '')
  const summary = header?.trim().split(/\n\s*\n/)[0]
  const reads = /^Reads\s+([\s\S]*?)(?=^Refresh)/m.exec(header ?? '')?.[1]
  const refresh = /^Refresh\s+([\s\S]*?)(?=^Source)/m.exec(header ?? '')?.[1]
  const sources = header?.match(/https:\/\/\S+/g)
  const [, comment, factory] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport function (from\w+)/.exec(text) ?? []
  const name = /name: '([\w-]+)'/.exec(text)?.[1] ?? /^const SOURCE = '([\w-]+)'/m.exec(text)?.[1]
  if (!summary || !reads || !refresh || !sources || !comment || !factory || !name)
    throw new Error(`${file} does not say all that docs/providers.md needs`)
  return {
    name,
    factory,
    summary: oneLine(summary),
    reads: oneLine(reads),
    refresh: oneLine(refresh),
    sources,
    contract: oneLine(comment.replace(/^\s*\* ?/gm, '')),
  }
}

function readOrder() {
  const text = readFileSync(join(SRC, 'default-chain.ts'), 'utf8')
  return [...new Set([...text.matchAll(/\b(from[A-Z]\w+)\(/g)].map(([, factory]) => factory))]
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim()
}
