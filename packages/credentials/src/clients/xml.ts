import type { XmlElement } from '../formats/xml-element.ts'

/** By a strict parser that is loaded only here. undefined for what is not well-formed. */
export async function parseXml(text: string): Promise<XmlElement | undefined> {
  const { SaxesParser } = await import('saxes')
  const root = { name: '', children: [] as XmlElement[], text: '' }
  const open: { name: string; children: XmlElement[]; text: string }[] = [root]

  const parser = new SaxesParser() // told of no listener for errors, it throws at the first one
  parser.on('opentag', ({ name }) => {
    const element = { name, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  const addText = (part: string): void => {
    const element = open.at(-1)
    if (element) element.text += part
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    open.pop()
  })
  try {
    parser.write(text).close()
  } catch {
    return undefined // what it has to say quotes the text
  }
  return root.children[0]
}
