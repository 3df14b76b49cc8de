/** What unstorage expects of every driver: https://github.com/unjs/unstorage/blob/main/test/drivers/utils.ts, and what others lack. */
import { createStorage, type Driver, prefixStorage, restoreSnapshot, type Storage, snapshot } from 'unstorage'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** @param open a driver on an empty place. */
export function describeDriver(name: string, open: () => Promise<Driver>): void {
  describe(name, () => {
    let storage: Storage
    beforeEach(async () => {
      storage = createStorage({ driver: await open() })
    })
    afterEach(() => storage.dispose())
    const set = (...keys: string[]) => Promise.all(keys.map((key) => storage.setItem(key, `value of ${key}`)))
    const keys = async (base?: string, maxDepth?: number) =>
      (await storage.getKeys(base, maxDepth === undefined ? {} : { maxDepth })).toSorted()

    test('is empty at first, and can be cleared then', async () => {
      expect(await storage.getKeys()).toEqual([])
      expect(await storage.hasItem('s1:a')).toBe(false)
      expect(await storage.getItem('s1:a')).toBeNull()
      expect(await storage.getItemRaw('s1:a')).toBeNull()
      await storage.clear()
    })

    test('keeps text, and forgets the query of a key', async () => {
      await storage.setItem('s1:a', 'test_data')
      await storage.setItem('s3:a?q=1', 'other_data')
      expect(await storage.getItem('s1:a')).toBe('test_data')
      expect(await storage.getItem('s3:a?q=2')).toBe('other_data')
      expect(await storage.hasItem('s1:a')).toBe(true)
      expect(await storage.hasItem('s1')).toBe(false)
    })

    test('lists keys, below a base too', async () => {
      await set('s1:a', 's1:b:c', 's2:a', 's1x')
      expect(await keys()).toEqual(['s1:a', 's1:b:c', 's1x', 's2:a'])
      expect(await keys('s1')).toEqual(['s1:a', 's1:b:c'])
      expect(await keys('none')).toEqual([])
    })

    test('lists keys down to a depth', async () => {
      await set('top', 'a:one', 'a:b:two', 'a:b:three')
      expect(await keys(undefined, 0)).toEqual(['top'])
      expect(await keys(undefined, 1)).toEqual(['a:one', 'top'])
      expect(await keys(undefined, 2)).toEqual(['a:b:three', 'a:b:two', 'a:one', 'top'])
    })

    test.each<[what: string, value: object | boolean | number, back: unknown]>([
      ['objects', { json: 'works' }, { json: 'works' }],
      ['a boolean', true, true],
      ['false', false, false],
      ['zero', 0, 0],
      ['what turns itself into JSON', { toJSON: () => ({ as: 'told' }) }, { as: 'told' }],
    ])('keeps %s', async (_, value, back) => {
      await storage.setItem('/data/value.json', value)
      expect(await storage.getItem('/data/value.json')).toEqual(back)
    })

    test('refuses what cannot be written', async () => {
      class Thing {}
      await expect(storage.setItem('/data/bad.json', new Thing())).rejects.toThrow(
        '[unstorage] Cannot stringify value!',
      )
    })

    test('keeps bytes as they are', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
      await storage.setItemRaw('/data/raw.bin', bytes)
      expect(await storage.getItemRaw('/data/raw.bin')).toStrictEqual(bytes)
      await storage.setItemRaw('/data/raw.bin', bytes.slice(1, 4).buffer)
      expect(await storage.getItemRaw('/data/raw.bin')).toStrictEqual(Uint8Array.of(1, 2, 3))
      await storage.setItemRaw('/data/raw.bin', 'text')
      expect(await storage.getItem('/data/raw.bin')).toBe('text')
      await expect(storage.setItemRaw('/data/raw.bin', { no: 'bytes' })).rejects.toMatchObject({ code: 'EINVAL' })
    })

    test('takes and gives many at once', async () => {
      await storage.setItems([
        { key: 't:1', value: 'one' },
        { key: 't:2', value: 'two' },
      ])
      expect(await storage.getItems(['t:1', { key: 't:2' }, 't:none'])).toEqual([
        { key: 't:1', value: 'one' },
        { key: 't:2', value: 'two' },
        { key: 't:none', value: null },
      ])
    })

    test('removes an item, and all of them', async () => {
      await set('a', 'b:c')
      await storage.removeItem('a')
      expect(await storage.getItem('a')).toBeNull()
      await storage.removeItem('a')
      await storage.clear()
      expect(await keys()).toEqual([])
    })

    test('knows when an item was written, and how large it is', async () => {
      await storage.setItem('a', 'four')
      expect(await storage.getMeta('a')).toMatchObject({
        size: 4,
        mtime: expect.any(Date),
        etag: expect.stringMatching(/^"/),
      })
      expect(await storage.getMeta('none')).toEqual({})
      await storage.setMeta('a', { owner: 'me' })
      expect(await storage.getMeta('a')).toMatchObject({ size: 4, owner: 'me' })
    })

    test('is saved and restored', async () => {
      await set('s:a', 's:b')
      const saved = await snapshot(storage, 's')
      await storage.clear()
      await restoreSnapshot(storage, saved, 's')
      expect(await storage.getItem('s:b')).toBe('value of s:b')
    })

    test('can be mounted, and prefixed', async () => {
      const outer = createStorage()
      outer.mount('bucket', storage.getMount('').driver)
      await outer.setItem('bucket:deep:a', 'x')
      await outer.setItem('elsewhere', 'y')
      expect(await outer.getKeys('bucket')).toEqual(['bucket:deep:a'])
      expect(await prefixStorage(outer, 'bucket:deep').getItem('a')).toBe('x')
      await outer.clear('bucket')
      expect(await outer.getKeys()).toEqual(['elsewhere'])
    })

    test('keeps keys that are hard to carry', async () => {
      const hard = ['a b', 'a+b', '100%', 'a%20b', 'é:ü', '日本', '"<&>\'']
      await set(...hard)
      expect(await keys()).toEqual(hard.toSorted())
      expect(await storage.getItem('a%20b')).toBe('value of a%20b')
    })
  })
}
