export interface FailureOptions {
  readonly code: string
  /** Who says so: a command or an option's name. */
  readonly source: string
  /** What the reader can do now: an imperative sentence without its full stop. */
  readonly remedy: string
  readonly location?: { readonly file: string; readonly line?: number | undefined } | undefined
  readonly exitCode?: number
}

/** The command line's own errors, with the fields of the library's: their text holds no secret. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: string
  readonly source: string
  readonly problem: string
  readonly remedy: string
  readonly location: FailureOptions['location']
  readonly exitCode: number

  constructor(problem: string, { code, source, remedy, location, exitCode = 1 }: FailureOptions) {
    super(`${source}: ${problem}. ${remedy}.`)
    this.code = code
    this.source = source
    this.problem = problem
    this.remedy = `${remedy}.`
    this.location = location
    this.exitCode = exitCode
  }
}

/** Wrong usage, found before anything was done. */
export function usageFailure(problem: string, remedy: string, command?: string): Failure {
  const help = `rolecall ${command ? `${command} ` : ''}--help`
  const source = command ?? 'rolecall'
  return new Failure(problem, { code: 'USAGE', source, remedy: `${remedy}See ${help}`, exitCode: 2 })
}
