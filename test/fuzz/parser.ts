/** One of the parsers under test, as the fuzzer sees it. */
export interface Parser {
  readonly name: string
  readonly seeds: readonly string[]
  /** Words that mean something to it. */
  readonly words: readonly string[]
  /**
   * Feeds it an input and checks what comes out.
   *
   * @throws Finding; anything else that it throws is one too.
   */
  run(input: Uint8Array): void | Promise<void>
}
