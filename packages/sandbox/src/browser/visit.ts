/** What a person does with a page that asks: opens it, and presses a button. */

const FORM_TOKEN = /name="form_token" value="([\w-]+)"/

/**
 * The page is asked at the sandbox, whatever host its address names.
 *
 * @throws Error for a page that asks nothing, or is not there
 */
export async function visit(
  sandboxUrl: string,
  address: string,
  button: 'Allow' | 'Deny',
): Promise<string | undefined> {
  const { pathname, search } = new URL(address)
  const page = await fetch(sandboxUrl + pathname + search, { redirect: 'manual' })
  const [, token] = FORM_TOKEN.exec(await page.text()) ?? []
  if (token === undefined) throw new Error(`The page at ${pathname} has no button to press: HTTP ${page.status}`)
  const body = new URLSearchParams({ form_token: token, decision: button.toLowerCase() })
  const next = await fetch(sandboxUrl + pathname, { method: 'POST', body, redirect: 'manual' })
  return next.headers.get('location') ?? undefined
}
