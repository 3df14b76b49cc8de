/** An element's text, its children by name, or nothing at all. */
export type Xml = string | number | undefined | { readonly [name: string]: Xml }

export const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

export function writeElement(name: string, content: Xml, namespace?: string): string {
  if (content === undefined) return ''
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([child, value]) => writeElement(child, value))
          .join('')
      : escapeText(String(content))
  return `<${name}${namespace ? ` xmlns="${namespace}"` : ''}>${inner}</${name}>`
}

/** Characters that XML cannot carry, escaped or not, are left out. */
function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}
