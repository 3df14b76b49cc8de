/**
 * Everything that a polluted prototype would change: own properties of the built-in objects that all code shares, and of
 * the functions on them.
 */
const ROOTS: readonly object[] = [
  Object,
  Array,
  Function,
  String,
  Number,
  Boolean,
  RegExp,
  Date,
  Promise,
  Map,
  Set,
  Error,
]
  .flatMap((builtIn) => [builtIn, builtIn.prototype as object])
  .concat(URL, JSON, Math, Reflect)

interface Known {
  readonly object: object
  readonly keys: readonly PropertyKey[]
  readonly descriptors: readonly PropertyDescriptor[]
  readonly prototype: object | null
}

export interface Globals {
  /** Says what is not as it was, by path; undefined where nothing changed. */
  findChange(): string | undefined
  /** Takes back every change. */
  restore(): void
}

export function watchGlobals(): Globals {
  const known = collect()
  const changedKey = ({ object, keys, descriptors, prototype }: Known): PropertyKey | undefined => {
    if (Reflect.getPrototypeOf(object) !== prototype) return '[[Prototype]]'
    const now = Reflect.ownKeys(object)
    if (now.length !== keys.length) return now.find((key) => !keys.includes(key)) ?? 'a property that is gone'
    return keys.find((key, at) => !isSame(Reflect.getOwnPropertyDescriptor(object, key), descriptors[at]))
  }
  return {
    findChange() {
      for (const each of known) {
        const key = changedKey(each)
        if (key !== undefined) return `${nameOf(each.object)}: ${String(key)}`
      }
      return undefined
    },
    restore() {
      for (const { object, keys, descriptors } of known) {
        for (const key of Reflect.ownKeys(object)) if (!keys.includes(key)) Reflect.deleteProperty(object, key)
        keys.forEach((key, at) => {
          const was = descriptors[at]
          if (was && !isSame(Reflect.getOwnPropertyDescriptor(object, key), was))
            Reflect.defineProperty(object, key, was)
        })
      }
    },
  }
}

function collect(): Known[] {
  const known = new Map<object, Known>()
  const add = (object: object): void => {
    if (known.has(object)) return
    const keys = Reflect.ownKeys(object)
    const descriptors = keys.map((key) => Reflect.getOwnPropertyDescriptor(object, key) as PropertyDescriptor)
    known.set(object, { object, keys, descriptors, prototype: Reflect.getPrototypeOf(object) })
    for (const { value, get, set } of descriptors) {
      for (const part of [value, get, set]) if (typeof part === 'function') add(part)
    }
  }
  for (const root of ROOTS) add(root)
  return [...known.values()]
}

function isSame(now: PropertyDescriptor | undefined, was: PropertyDescriptor | undefined): boolean {
  return (
    now !== undefined &&
    was !== undefined &&
    Object.is(now.value, was.value) &&
    now.get === was.get &&
    now.set === was.set &&
    now.writable === was.writable &&
    now.enumerable === was.enumerable &&
    now.configurable === was.configurable
  )
}

function nameOf(object: object): string {
  if (typeof object === 'function') return object.name
  return `${object.constructor?.name ?? 'object'}.prototype`
}
