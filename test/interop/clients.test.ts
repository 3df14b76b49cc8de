import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect } from 'vitest'
import { CLIENTS } from './clients/clients.ts'
import { type Cell, SESSION_SECONDS } from './clients/sight.ts'
import { findCell, type Row, readTable, replaceTable, writeTable } from './clients/table.ts'
import { byWay, WAYS, type Way } from './clients/ways.ts'
import { test } from './cloud/cloud-test.ts'
import { PACKER } from './cloud/packer.ts'
import { requireProgram } from './sandbox-child.ts'

/** `npm run docs:clients`: what is seen is written, and not compared. */
const isWriting = process.env['WRITE_CLIENTS'] === '1'

beforeAll(async () => {
  await requireProgram('/usr/bin/aws', ['--version'], "Debian's AWS CLI (apt-get install awscli)")
  await requireProgram('python3', ['-m', 'awscli', '--version'], 'the AWS CLI of pip (pip install awscli)')
  await requireProgram(PACKER, ['version'], 'Packer (apt-get install packer)')
  await requireProgram('rclone', ['version'], 'rclone (apt-get install rclone)')
  await requireProgram('restic', ['version'], 'restic (apt-get install restic)')
  await requireProgram('java', ['-version'], 'Java 17 or newer')
  for (const built of ['go-sdk', 'go-base', 'rust/debug/rust-client', 'java-class-path'])
    await access(join(import.meta.dirname, 'clients/build', built)).catch(() => {
      throw new Error(`This suite needs ${built}: run test/interop/clients/build.sh (Go, Cargo, Maven)`)
    })
})

const seen = new Map<string, Partial<Record<Way, Cell>>>(CLIENTS.map(({ name }) => [name, {}]))

const cells = CLIENTS.flatMap((client) => WAYS.map((way) => [client.name, way, client] as const))

test.concurrent.for(cells)('%s by %s', { timeout: 300_000 }, async ([name, way, client], { startCloud, expect }) => {
  const isFixed = way === 'exec' || client.keeps === way
  const cloud = await startCloud(isFixed ? {} : { longestSessionSeconds: SESSION_SECONDS })
  const sight = await byWay(cloud, way, (start) => client.watch(cloud, start, isFixed))
  Object.assign(seen.get(name) ?? {}, { [way]: sight.cell })
  if (!isWriting) expect(sight.cell, sight.said).toBe(findCell(await readTable(), name, way))
})

test('every client is refreshed by the endpoint or a process, and served by exec', () => {
  for (const { name } of CLIENTS) {
    const cells = seen.get(name)
    expect([cells?.serve, cells?.process], name).toContain('refreshes')
    expect(cells?.exec, name).toBe('gets')
  }
})

test('the table in docs/serving.md is what was seen', async () => {
  const rows = CLIENTS.map(
    async ({ name, version }): Promise<Row> => ({
      client: name,
      version: await version(),
      cells: seen.get(name) as Row['cells'],
    }),
  )
  const table = writeTable(await Promise.all(rows))
  if (isWriting) await replaceTable(table)
  expect(await readTable()).toBe(table)
})
