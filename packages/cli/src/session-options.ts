/** Options of the commands that hand credentials on. */
import type { OptionSpecs } from './option.ts'

export const ROLE_OPTIONS = {
  'session-name': { value: 'NAME', summary: 'name of the role session' },
  'external-id': { value: 'ID', summary: 'external id that the role asks for' },
  duration: {
    value: 'SECONDS',
    summary: 'how long the session lasts: 900 to 43200',
    pattern: {
      test: /^(9\d\d|[1-9]\d{3}|[1-3]\d{4}|4[0-2]\d{3}|43[01]\d{2}|43200)$/,
      expected: '900 to 43200 seconds',
    },
  },
  'source-identity': { value: 'NAME', summary: 'who is behind the session' },
  tag: {
    value: 'KEY=VALUE',
    summary: 'session tag; repeatable',
    multiple: true,
    pattern: { test: /^[^=]+=/, expected: 'KEY=VALUE' },
  },
  policy: { value: 'FILE|JSON', summary: 'session policy that narrows the role', completes: 'files' },
  'policy-arn': { value: 'ARN', summary: 'managed policy that narrows the role; repeatable', multiple: true },
  'read-only': { summary: 'narrow the role to what ReadOnlyAccess allows' },
} as const satisfies OptionSpecs

export const TRUST_OPTIONS = {
  'trust-policy': {
    value: 'FILE',
    summary: 'trust policy of the role: explains why a token is refused',
    completes: 'files',
  },
} as const satisfies OptionSpecs

export const MFA_OPTIONS = {
  'mfa-code': {
    value: 'CODE',
    summary: 'code of the MFA device that the profile names; without it a terminal is asked',
    pattern: { test: /^\d{6}$/, expected: 'six digits' },
  },
} as const satisfies OptionSpecs

export const ACCOUNT_OPTIONS = {
  'allow-account': {
    value: 'ID',
    summary: 'fail in any other account; repeatable',
    multiple: true,
    pattern: { test: /^\d{12}$/, expected: 'the twelve digits of an account' },
  },
} as const satisfies OptionSpecs
