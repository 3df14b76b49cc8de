/**
 * Puts modules off: all others get stubs in place of their functions, and the first call of one loads the part of the
 * program that holds them. Synchronously, so that nothing but the time of loading changes.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const STUB = '\0stub:'

/**
 * A plugin of rolldown. Each part is to be an entry of the program too.
 *
 * @param {Readonly<Record<string, readonly string[]>>} parts the modules of each part by its name: what others import
 *   from them must be functions.
 */
export function onDemand(parts) {
  const partOf = (file) => Object.keys(parts).find((part) => parts[part].includes(file))
  return {
    name: 'on-demand',
    resolveId(target, importer) {
      if (parts[target]) return target
      if (parts[/^\.\/(.*)\.cjs$/.exec(target)?.[1]]) return { id: target, external: true }
      if (!target.startsWith('.') || partOf(importer)) return null
      const file = join(dirname(importer), target)
      return partOf(file) ? { id: STUB + file, moduleSideEffects: false } : null
    },
    load(id) {
      if (parts[id])
        return parts[id]
          .map((file) => `export { ${functionsOf(file).join(', ')} } from ${JSON.stringify(file)}`)
          .join('\n')
      if (!id.startsWith(STUB)) return null
      const file = id.slice(STUB.length)
      return functionsOf(file)
        .map((name) => `export function ${name}(...args) { return require('./${partOf(file)}.cjs').${name}(...args) }`)
        .join('\n')
    },
  }
}

function functionsOf(file) {
  return [...readFileSync(file, 'utf8').matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => name)
}
