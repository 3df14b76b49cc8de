/** Reads the session of the store again and again, and says how often, and whether one was missing or torn. */
const { createCredentials, nodeHost } = await import(process.argv[2])
const untilMs = Date.now() + Number(process.argv[3])
let [reads, torn] = [0, 0]
const host = { ...nodeHost(), fetch: () => Promise.reject(new Error('nobody is asked')) }
do {
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await createCredentials({ store: 'shared', host })()
    if (secretAccessKey !== `secret-of-${accessKeyId}` || sessionToken !== `token-of-${accessKeyId}`) torn += 1
  } catch {
    torn += 1
  }
  reads += 1
} while (Date.now() < untilMs)
process.stdout.write(JSON.stringify({ reads, torn }))
