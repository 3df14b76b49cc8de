/** Regions that the hosts of S3-compatible stores show. A host that is not listed shows one only where AWS's names are used. */

/** What a host ends in, and the region it stands for: a label, or what the expression captures. */
const STORES: readonly (readonly [host: RegExp, region?: string])[] = [
  [/(?:^|\.)r2\.cloudflarestorage\.com$/, 'auto'],
  [/(?:^|\.)storage\.googleapis\.com$/, 'auto'],
  [/(?:^|\.)(?:fly\.storage\.tigris|t3\.storage)\.dev$/, 'auto'],
  [/(?:^|\.)s3\.wasabisys\.com$/, 'us-east-1'],
  [/(?:^|\.)([a-z0-9-]+)\.(?:digitaloceanspaces|linodeobjects|vultrobjects|your-objectstorage)\.com$/],
  [/(?:^|\.)s3\.([a-z0-9-]+)\.(?:scw|cloud-object-storage\.appdomain)\.cloud$/],
  [/(?:^|\.)s3\.([a-z0-9-]+)\.(?:wasabisys|backblazeb2)\.com$/],
  [/(?:^|\.)s3\.([a-z0-9-]+)\.(?:io\.)?cloud\.ovh\.(?:net|us)$/],
  [/(?:^|\.)sos-([a-z0-9-]+)\.exo\.io$/],
]
const LIKE_AWS = /(?:^|\.)(?:s3-)?([a-z]{2}(?:-[a-z]+){1,2}-\d{1,3})\./

/** @returns `undefined` where the host shows none: no guess. */
export function regionOfHost(host: string): string | undefined {
  for (const [pattern, region] of STORES) {
    const match = pattern.exec(host)
    if (match) return region ?? match[1]
  }
  return LIKE_AWS.exec(host)?.[1]
}
