/** A parsed XML element: its name, the elements in it, and the text directly in it. */
export interface XmlElement {
  readonly name: string
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** The text of the first element of that name, at any depth; undefined where it is blank. */
export function findText(element: XmlElement, name: string): string | undefined {
  return findElement(element, name)?.text.trim() || undefined
}

/** In the order of the text, and without recursion: it may be nested as deep as it is long. */
export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  const waiting = [element]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.name === name) return next
    waiting.push(...next.children.toReversed())
  }
  return undefined
}
