import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')
export const PACKAGES = ['credentials', 'cli', 'sandbox', 's3-files', 'livekit-plugin-aws']
