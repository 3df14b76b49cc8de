/** A secret's text where the name of a file or a variable was meant: PEM, a JSON Web Token, more than one line. */
export function isSecretText(name: string): boolean {
  return /-----BEGIN|[\r\n]|^\s*eyJ[\w-]+\./.test(name)
}

/** The name of a file or a variable, as far as it may be shown. */
export function showName(name: string): string {
  return isSecretText(name) ? '(a text that is not shown)' : name
}
