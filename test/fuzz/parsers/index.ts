import type { Parser } from '../parser.ts'
import { cacheJson } from './cache-json.ts'
import { credentialJson } from './credential-json.ts'
import { ini } from './ini.ts'
import { processOutput } from './process-output.ts'
import { stsXml } from './sts-xml.ts'
import { url } from './url.ts'

/** All that reads what other programs, files, people and networks say. */
export const PARSERS: readonly Parser[] = [ini, cacheJson, stsXml, credentialJson, url, processOutput]
