// Lets the AppView's own indexer fill an empty database from a relay, from cursor 0 to a given event, and ends.
//
//   node scripts/appview-indexer.mjs NODE_MODULES RELAY PLC PDS DATABASE_URL SCHEMA LAST_SEQ SECONDS
//
// NODE_MODULES is a folder with @atproto/bsky; PDS resolves handles. It takes one event after the other and one task of
// its background queue after the other, so that two runs give the same rows. Prints the cursor and how many events its
// handlers refused.
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, relay, plc, pds, url, schema, last, seconds] = process.argv.slice(2)
if (!seconds) throw new Error('usage: see the head of this file')
const load = (file) => import(pathToFileURL(path.resolve(modules, file)))
const bsky = await load('@atproto/bsky/dist/index.js')
const { IdResolver, MemoryCache } = await load('@atproto/identity/dist/index.js')

const migration = new bsky.Database({ url, schema })
await migration.migrateToLatestOrThrow()
await migration.close()

const idResolver = new IdResolver({ plcUrl: plc, didCache: new MemoryCache() })
idResolver.handle.resolve = async (handle) => {
  const response = await fetch(`${pds}/xrpc/com.atproto.identity.resolveHandle?handle=${handle}`)
  return response.ok ? (await response.json()).did : undefined
}
// A directory says 410 of a DID that is gone; this resolver takes only 404 for an answer.
const resolve = idResolver.did.resolveNoCheck.bind(idResolver.did)
idResolver.did.resolveNoCheck = (did) =>
  resolve(did).catch((error) => {
    if (error.status === 410) return null
    throw error
  })

const db = new bsky.Database({ url, schema, poolSize: 10 })
const subscription = new bsky.RepoSubscription({ service: relay.replace(/^http/, 'ws'), db, idResolver })
subscription.background.queue.concurrency = 1
void subscription.start()
const { firehose, runner } = subscription.current
runner.mainQueue.concurrency = 1
const refused = new Map()
const onError = firehose.opts.onError
firehose.opts.onError = (error) => {
  const reason = `${error.message}: ${error.cause?.name}: ${error.cause?.message}`.replace(/did:[a-z]+:\w+/g, 'DID')
  refused.set(reason, (refused.get(reason) ?? 0) + 1)
  onError(error)
}

const end = Date.now() + Number(seconds) * 1000
while ((subscription.getCursor() ?? 0) < Number(last) && Date.now() < end) {
  await new Promise((done) => setTimeout(done, 50))
}
await subscription.processAll()
const cursor = subscription.getCursor() ?? 0
console.log(`cursor ${cursor} of ${last}`)
for (const [reason, count] of refused) console.log(`${count} times ${reason}`)
await subscription.destroy()
await db.close()
process.exit(cursor >= Number(last) ? 0 : 1)
