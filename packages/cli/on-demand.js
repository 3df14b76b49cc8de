/**
 * Puts modules off: all others get stubs in place of their functions, and the first call of one loads the part of the
 * program that holds them. Synchronously, so that nothing but the time of loading changes.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const STUB = '\0stub:'

/**
 * A plugin of rolldown. `part` is to be an entry of the program too.
 *
 * @param {string} part name of the part that holds the modules.
 * @param {readonly string[]} files the modules: what others import from them must be functions.
 */
export function onDemand(part, files) {
  const isPutOff = (file) => files.includes(file)
  return {
    name: 'on-demand',
    resolveId(target, importer) {
      if (target === part) return part
      if (target === `./${part}.cjs`) return { id: target, external: true }
      if (!target.startsWith('.') || isPutOff(importer)) return null
      const file = join(dirname(importer), target)
      return isPutOff(file) ? { id: STUB + file, moduleSideEffects: false } : null
    },
    load(id) {
      if (id === part)
        return files.map((file) => `export { ${functionsOf(file).join(', ')} } from ${JSON.stringify(file)}`).join('\n')
      if (!id.startsWith(STUB)) return null
      return functionsOf(id.slice(STUB.length))
        .map((name) => `export function ${name}(...args) { return require('./${part}.cjs').${name}(...args) }`)
        .join('\n')
    },
  }
}

/** The modules to put off: those that the ones needed at the start import, and that are not needed at the start. */
export function listPutOff(entry, isAtStart) {
  const seen = new Set([entry])
  for (const file of seen) {
    if (!isAtStart(file)) continue
    const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;']*?from '(\.[^']+)'/gm)
    for (const [, target] of imports) seen.add(join(dirname(file), target))
  }
  return [...seen].filter((file) => !isAtStart(file))
}

function functionsOf(file) {
  return [...readFileSync(file, 'utf8').matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => name)
}
