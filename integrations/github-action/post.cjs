/** At the end of the job: what runs after this step has no credentials. */
const { appendFileSync } = require('node:fs')

const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION']

if (process.env.STATE_credentials === 'given')
  appendFileSync(process.env.GITHUB_ENV, NAMES.map((name) => `${name}=\n`).join(''))
