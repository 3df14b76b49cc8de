/** The account in an ARN; undefined where there is none. */
export function accountOf(arn: string | undefined): string | undefined {
  const [prefix, , , , account] = arn?.split(':') ?? []
  return prefix === 'arn' && account && /^\d{12}$/.test(account) ? account : undefined
}
