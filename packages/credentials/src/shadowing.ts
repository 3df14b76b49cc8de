import { readVariable } from './formats/variable.ts'
import type { Host } from './model/host.ts'
import type { Provider, Warning } from './model/provider.ts'

/**
 * Sources that are configured by variables and were not asked, because one before them in the chain gave credentials.
 *
 * @param used those that the winner itself asked.
 */
export function findShadowed(
  providers: readonly Provider[],
  winner: string,
  used: ReadonlySet<string>,
  env: Host['env'],
): Warning[] {
  const after = providers.slice(providers.findIndex(({ name }) => name === winner) + 1)
  return after.flatMap(({ name, variables = [] }) => {
    const set = variables.find((variable) => readVariable(env, variable) !== undefined)
    if (set === undefined || used.has(name)) return []
    const text = `${set} is set too, and ${name} is not used: ${winner} comes first`
    return [{ code: 'SOURCE_SHADOWED', text, remedy: `Unset ${set}, or what configures ${winner}.` }]
  })
}
