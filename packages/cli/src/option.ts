/** What options and operands are: data, and the types of the values that they make of words. */

export interface OptionSpec {
  /** What stands for its value in the help. An option without one is a switch. */
  readonly value?: string
  readonly summary: string
  readonly multiple?: true
  readonly choices?: readonly string[]
  readonly pattern?: { readonly test: RegExp; readonly expected: string }
  /** What a shell offers for its value. */
  readonly completes?: 'profiles' | 'files'
  /** For machines: left out of help and completions. */
  readonly hidden?: true
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** A word that stands on its own, such as the FROM of a copy. */
export interface OperandSpec {
  readonly summary: string
  /** It may be left out, and then so must those after it. */
  readonly optional?: true
  readonly choices?: readonly string[]
  readonly completes?: 'files'
}

/** By the names that the help shows, in their order on the command line. */
export type OperandSpecs = Readonly<Record<string, OperandSpec>>

type Chosen<Spec> = Spec extends { readonly choices: readonly (infer Choice)[] } ? Choice : string

export type OptionValues<O> = {
  readonly [K in keyof O]: O[K] extends { readonly value: string }
    ? O[K] extends { readonly multiple: true }
      ? readonly Chosen<O[K]>[]
      : Chosen<O[K]> | undefined
    : boolean
}

export type OperandValues<P> = {
  readonly [K in keyof P]: P[K] extends { readonly optional: true } ? Chosen<P[K]> | undefined : Chosen<P[K]>
}
