/** XML as nested records, by a strict parser: STS answers and errors. Loaded only when there is an answer. */
import { SaxesParser } from 'saxes'

export interface XmlElement {
  readonly name: string
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** undefined for what is not well-formed. */
export function parseXml(text: string): XmlElement | undefined {
  const root = { name: '', children: [] as XmlElement[], text: '' }
  const open: { name: string; children: XmlElement[]; text: string }[] = [root]
  let broken = false

  const parser = new SaxesParser()
  parser.on('error', () => {
    broken = true
  })
  parser.on('opentag', ({ name }) => {
    const element = { name, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', (part) => {
    const element = open.at(-1)
    if (element) element.text += part
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(text).close()
  return broken ? undefined : root.children[0]
}

/** The text of the first element of that name, at any depth. */
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
