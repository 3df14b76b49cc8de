/** Temporary files beside the files that they become: their names say who writes them, so that what a dead one left is swept. */

const LEFT_BEHIND = /\.rolecall-([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}\.tmp$/

export function nameTemporary(path: string): string {
  return `${path}.rolecall-${machine()}-${process.pid}-${crypto.randomUUID()}.tmp`
}

/** Removes those of this machine's dead processes. Quiet: a sweep that fails is made up for by the next. */
export async function sweepTemporaries(folder: string): Promise<void> {
  const { promises } = process.getBuiltinModule('node:fs')
  const names = await promises.readdir(folder).catch(() => [])
  for (const name of names) {
    const [, writtenOn, pid] = LEFT_BEHIND.exec(name) ?? []
    if (writtenOn !== machine() || isAlive(Number(pid))) continue
    await promises.rm(`${folder}/${name}`, { force: true }).catch(() => {})
  }
}

/** A folder may be shared with other machines and containers, whose processes have numbers of their own. */
function machine(): string {
  const { hostname } = process.getBuiltinModule('node:os')
  const { readlinkSync } = process.getBuiltinModule('node:fs')
  let processes = ''
  try {
    processes = readlinkSync('/proc/self/ns/pid')
  } catch {
    // elsewhere a machine has one space of process numbers
  }
  let sum = 0x811c9dc5
  for (const character of hostname() + processes) sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return (sum >>> 0).toString(16).padStart(8, '0')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
