/** Puts the action together as it is released: its own files, and the command line that `npm run build` made. */
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const [target] = process.argv.slice(2)
if (!target) throw new Error('Say where to: node integrations/github-action/package.js FOLDER')

const here = import.meta.dirname
mkdirSync(target, { recursive: true })
for (const file of ['action.yml', 'main.cjs', 'post.cjs', 'README.md']) cpSync(join(here, file), join(target, file))
cpSync(join(here, '../../packages/cli/dist'), join(target, 'rolecall'), { recursive: true })
