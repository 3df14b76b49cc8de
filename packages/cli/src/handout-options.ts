/** Options of the commands that hand credentials to others: whose they are, what they may do, and where they may be of. */
import { ACCOUNT_OPTIONS, MFA_OPTIONS, ROLE_OPTIONS, TRUST_OPTIONS } from './session-options.ts'
import { TOKEN_OPTIONS } from './token-options.ts'

export const HANDOUT_OPTIONS = {
  ...ROLE_OPTIONS,
  ...TOKEN_OPTIONS,
  ...TRUST_OPTIONS,
  ...MFA_OPTIONS,
  ...ACCOUNT_OPTIONS,
} as const
