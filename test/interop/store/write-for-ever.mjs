/** Asks for a new session again and again; each is written to the store. */
const { createCredentials } = await import(process.argv[2])
const source = createCredentials({ store: 'shared' })
await source()
process.stdout.write('writing')
for (;;) await source({ forceRefresh: true })
