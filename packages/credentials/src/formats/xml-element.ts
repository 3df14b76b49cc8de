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

export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element
  for (const child of element.children) {
    const found = findElement(child, name)
    if (found) return found
  }
  return undefined
}
