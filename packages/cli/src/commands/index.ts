import type { Command } from '../command.ts'
import { completionCommand } from './completion.ts'
import { execCommand } from './exec.ts'
import { explainCommand } from './explain.ts'
import { exportCommand } from './export.ts'
import { loginCommand } from './login.ts'
import { logoutCommand } from './logout.ts'
import { profilesCommand } from './profiles.ts'
import { sandboxCommand } from './sandbox.ts'
import { whoamiCommand } from './whoami.ts'

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  explainCommand,
  exportCommand,
  execCommand,
  whoamiCommand,
  loginCommand,
  logoutCommand,
  profilesCommand,
  sandboxCommand,
  completionCommand,
]
