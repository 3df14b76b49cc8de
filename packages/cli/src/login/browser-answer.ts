/** What two ways of signing in have in common: a browser is opened here, and its answer waited for. */
import { printable } from '@rolecall/credentials'
import { writeErr } from '../output.ts'
import { type Opener, openBrowser } from './browser.ts'
import { type Callback, listenForCallback } from './callback-server.ts'
import { showWaiting } from './waiting.ts'

/** How long a person may take in the browser. */
export const BROWSER_WAIT_MS = 10 * 60_000

/** Where the person's browser is. Without an opener the person opens the page. */
export type Way = { readonly browser: 'here'; readonly opener: Opener | undefined } | { readonly browser: 'elsewhere' }

export interface BrowserAnswer extends Pick<Callback, 'port' | 'redirectUri'> {
  /** @param page what the browser opens: it has the state that the answer comes with. */
  open(page: string): void
  /** May be called before the page is opened. */
  wait(signal: AbortSignal): Promise<URLSearchParams>
}

/** @param opener undefined where the person opens the page. */
export async function withBrowser<T>(
  opener: Opener | undefined,
  signIn: (browser: BrowserAnswer) => Promise<T>,
): Promise<T> {
  const callback = await listenForCallback()
  let stopShowing = (): void => {}
  try {
    return await signIn({
      port: callback.port,
      redirectUri: callback.redirectUri,
      open: (page) => {
        callback.expect(new URL(page).searchParams.get('state') ?? '')
        showPage(page, opener)
        stopShowing = showWaiting('Waiting for the browser', Date.now() + BROWSER_WAIT_MS)
      },
      wait: callback.waitForAnswer,
    })
  } finally {
    stopShowing()
    callback.close()
  }
}

function showPage(page: string, opener: Opener | undefined): void {
  const heading = opener
    ? 'The browser opens this page; open it yourself if it does not:'
    : 'Open this page in a browser of this machine:'
  writeErr(`${heading}\n\n  ${printable(page)}\n\n`)
  if (opener) openBrowser(opener, page, () => writeErr('The browser could not be opened: open the page yourself.\n'))
}
