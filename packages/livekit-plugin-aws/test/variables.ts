import { onTestFinished } from 'vitest'

const AWS = /^AWS_|^HOME$|^BEDROCK_/

/** The variables that rule the search for region and credentials are these and no others, until the test ends. */
export function setVariables(variables: Readonly<Record<string, string>>): void {
  const before = { ...process.env }
  const clear = (): void => {
    for (const name of Object.keys(process.env)) if (AWS.test(name)) delete process.env[name]
  }
  clear()
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...variables })
  onTestFinished(() => {
    clear()
    for (const [name, value] of Object.entries(before)) if (AWS.test(name)) process.env[name] = value
  })
}
