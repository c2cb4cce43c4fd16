// Makes records of every collection that the AppView indexes, breaks them in many ways, and asks the AppView's own
// indexers whether they take them.
//
//   node scripts/lexicons/mutate.mjs NODE_MODULES COUNT SEED > FILE
//
// NODE_MODULES is a folder with @atproto/bsky. Each line of the output is {"c": collection, "v": 1 if it is indexed, else
// 0, "m": what was done to it, "r": record}. The same seed makes the same records.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chance } from './chance.mjs'
import { bases, dids } from './records.mjs'
import { lengths, strings, values } from './values.mjs'

const [modules, count, seed] = process.argv.slice(2)
if (!seed) throw new Error('usage: node scripts/lexicons/mutate.mjs NODE_MODULES COUNT SEED')
const load = (file) => import(pathToFileURL(path.resolve(modules, '@atproto', file)))
const { decode, encode } = await load('lex-cbor/dist/index.js')
const { isCid, parseCid } = await load('lex-data/dist/index.js')
const { lexStringify } = await load('lex-json/dist/index.js')
const plugins = 'bsky/dist/data-plane/server/indexing/plugins'
const lexicons = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../atproto/src/main/resources/lexicons')

const { pick, random } = chance(Number(seed))

// The AppView's indexers, one a collection; what they ask of a record needs no database.
const indexers = new Map()
for (const file of fs.readdirSync(path.resolve(modules, '@atproto', plugins)).filter((name) => name.endsWith('.js'))) {
  const { makePlugin } = await load(`${plugins}/${file}`)
  const indexer = makePlugin(null, null)
  indexers.set(indexer.collection, indexer)
}

/** As the AppView does before it writes anything: decode, check, write out as JSON. */
function verdict(collection, block) {
  try {
    const record = decode(block)
    indexers.get(collection).assertValidRecord(record)
    lexStringify(record)
    return 1
  } catch (error) {
    if (error.name === 'LexValidationError' || error.message === 'Invalid Lex value: bigint') return 0
    throw error
  }
}

// --- paths into a record, each with what the lexicon says of the value there, if it says anything

const documents = new Map()
function definition(reference, from) {
  const [document, name = 'main'] = reference.split('#')
  const id = document || from
  if (!documents.has(id)) {
    documents.set(id, JSON.parse(fs.readFileSync(path.join(lexicons, `${id.replaceAll('.', '/')}.json`), 'utf8')))
  }
  return { id, schema: documents.get(id).defs[name] }
}

function nodes(value, schema, id, at = [], found = []) {
  while (schema?.type === 'ref') ({ id, schema } = definition(schema.ref, id))
  if (schema?.type === 'record') schema = schema.record
  if (schema?.type === 'union') {
    const known = schema.refs.find((reference) => (reference.startsWith('#') ? id + reference : reference) === value?.$type)
    found.push({ at, schema })
    if (known) return nodes(value, definition(known, id).schema, definition(known, id).id, at, found)
  }
  found.push({ at, schema })
  if (Array.isArray(value)) value.forEach((item, i) => nodes(item, schema?.items, id, [...at, i], found))
  else if (isMap(value)) {
    for (const key of Object.keys(value)) nodes(value[key], schema?.properties?.[key], id, [...at, key], found)
  }
  return found
}

const isMap = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && !isCid(value) && !(value instanceof Uint8Array)
const get = (record, at) => at.reduce((value, key) => value?.[key], record)

function copy(value) {
  if (Array.isArray(value)) return value.map(copy)
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, copy(field)])) : value
}

/** The record with the value at the path made anew from what is there. */
function replaced(record, at, change) {
  if (at.length === 0) return change(record)
  const result = copy(record)
  const parent = get(result, at.slice(0, -1))
  parent[at.at(-1)] = change(parent[at.at(-1)])
  return result
}

function dropped(record, at) {
  const result = copy(record)
  const parent = get(result, at.slice(0, -1))
  if (Array.isArray(parent)) parent.splice(at.at(-1), 1)
  else delete parent[at.at(-1)]
  return result
}

function renamed(record, at) {
  return replaced(dropped(record, at), at.slice(0, -1), (map) => ({ ...map, [`${at.at(-1)}x`]: get(record, at) }))
}

// --- mutations: each gives [what was done, record], or nothing where it does not apply

const kinds = [
  ({ record, at }) => at.length && ['dropped', dropped(record, at)],
  ({ record, at }) => typeof at.at(-1) === 'string' && ['renamed', renamed(record, at)],
  ({ record, at }) => at.length && ['null', replaced(record, at, () => null)],
  ...[1, 2, 3].map(() => ({ record, at }) => {
    const [name, value] = pick(values)
    return at.length && [`is ${name}`, replaced(record, at, () => value)]
  }),
  ({ record, at }) => at.length && ['in an array', replaced(record, at, (value) => [value])],
  ({ record, at }) => at.length && ['in a map', replaced(record, at, (value) => ({ value }))],
  ({ record, at }) => Array.isArray(get(record, at)) && ['first item alone', replaced(record, at, (value) => value[0] ?? null)],
  ({ record, at, others }) => {
    const other = pick(others)
    return at.length && [`is ${other.name}`, replaced(record, at, () => copy(other.value))]
  },
  // Formats and lengths are where most rules are.
  ...[1, 2, 3, 4, 5, 6].map(() => ({ record, at, schema }) => {
    if (schema?.type !== 'string') return undefined
    const format = schema.format && random(4) ? schema.format : pick(Object.keys(strings))
    const text = pick(strings[format])
    return [`is the ${format} ${text.slice(0, 40)}`, replaced(record, at, () => text)]
  }),
  ...[1, 2, 3, 4].map(() => ({ record, at, schema }) => {
    const limits = ['minLength', 'maxLength', 'minGraphemes', 'maxGraphemes'].filter((name) => schema?.[name] !== undefined)
    if (schema?.type !== 'string' || limits.length === 0) return undefined
    const limit = pick(limits)
    const [name, cluster] = pick(lengths)
    const unit = limit.endsWith('Length') ? Buffer.byteLength(cluster) : 1
    const length = Math.max(0, schema[limit] + pick([-1, 0, 0, 1, 1, 2]))
    const text = cluster.repeat(Math.floor(length / unit)) + 'a'.repeat(length % unit)
    return [`${length} of ${limit} in ${name}`, replaced(record, at, () => text)]
  }),
  ({ record, at, schema }) => {
    if (schema?.type !== 'array') return undefined
    const length = Math.max(0, (schema.maxLength ?? 12) + pick([-1, 0, 0, 1, 1, 2]))
    const items = get(record, at)
    return [`${length} items`, replaced(record, at, () => Array.from({ length }, (_, i) => copy(items?.[i % items.length] ?? 'x')))]
  },
  ({ record, at, schema }) => {
    if (schema?.type !== 'integer') return undefined
    const number = (pick([schema.minimum, schema.maximum, 0].filter((bound) => bound !== undefined)) ?? 0) + pick([-1, 0, 1])
    return [`is ${number}`, replaced(record, at, () => number)]
  },
  ...[1, 2, 3, 4, 5, 6].map(() => ({ record, at, schema }) => {
    if (schema?.type !== 'blob') return undefined
    const [name, blob] = pick(brokenBlobs(get(record, at), schema))
    return [name, replaced(record, at, () => blob)]
  }),
  ({ record, at }) => {
    if (!isMap(get(record, at))) return undefined
    const [name, value] = pick(values)
    return [`more: ${name}`, replaced(record, at, (map) => ({ ...map, [pick(['more', '', 'displayname', '$extra', 'cid'])]: value }))]
  },
  ...[1, 2].map(() => ({ record, at, schema }) => {
    if (!isMap(get(record, at)) || (schema?.type === 'blob')) return undefined
    const type = pick(types)
    return [`$type ${JSON.stringify(type)}`, replaced(record, at, (map) => ({ ...map, $type: type }))]
  }),
  ({ record, at }) => isMap(get(record, at)) && ['no $type', replaced(record, at, ({ $type, ...map }) => map)],
]

const types = [
  null, '', 1, 'blob', 'x', 'app.bsky.feed.post', 'app.bsky.feed.post#main', 'app.bsky.feed.post#replyRef', 'app.bsky.embed.images',
  'app.bsky.embed.images#image', 'app.bsky.embed.images#view', 'app.bsky.embed.record', 'app.bsky.embed.external', 'app.bsky.embed.video',
  'app.bsky.embed.recordWithMedia', 'app.bsky.embed.gallery', 'app.bsky.embed.gallery#image', 'app.bsky.richtext.facet', 'app.bsky.richtext.facet#byteSlice',
  'app.bsky.richtext.facet#tag', 'app.bsky.richtext.facet#link', 'app.bsky.richtext.facet#mention', 'com.atproto.repo.strongRef', 'com.atproto.repo.strongRef#main',
  'com.atproto.label.defs#selfLabels', 'com.atproto.label.defs#selfLabel', 'app.bsky.feed.threadgate#mentionRule', 'app.bsky.feed.threadgate#listRule',
  'app.bsky.feed.postgate#disableRule', 'com.example.thing', 'com.example.thing#part', 'app.bsky.embed.defs#aspectRatio',
  'app.bsky.labeler.defs#labelerPolicies', 'app.bsky.graph.starterpack#feedItem', 'com.germnetwork.declaration#messageMe',
]

function brokenBlobs(blob, schema) {
  const { $type, ref, mimeType, size } = isCid(blob?.ref) ? blob : { $type: 'blob', ref: parseCid(dids.rawCid), mimeType: 'image/png', size: 1 }
  const max = schema.maxSize ?? 1000
  return [
    ['the first form', { cid: ref.toString(), mimeType }],
    ['the first form and a $type', { $type, cid: ref.toString(), mimeType }],
    ['no type', { ref, mimeType, size }],
    ['no size', { $type, ref, mimeType }],
    ['no link', { $type, mimeType, size }],
    ['no mimeType', { $type, ref, size }],
    ['one field more', { $type, ref, mimeType, size, alt: 'x' }],
    ['a link to DAG-CBOR', { $type, ref: parseCid(dids.cborCid), mimeType, size }],
    ['a link with another hash', { $type, ref: parseCid(dids.sha512RawCid), mimeType, size }],
    ['a text for a link', { $type, ref: ref.toString(), mimeType, size }],
    ['null for a link', { $type, ref: null, mimeType, size }],
    ['bytes for a link', { $type, ref: new Uint8Array([1, 2]), mimeType, size }],
    ...[-1, 0, max - 1, max, max + 1, 2 ** 53 - 1, 2n ** 60n, '1', null, true].map((other) => [`size ${other}`, { $type, ref, mimeType, size: other }]),
    ...['', '/', 'image', 'image/', 'image/gif', 'IMAGE/PNG', 'image/png', 'image/jpeg', 'text/vtt', 'video/mp4', 'video/webm', '*/*', 'image/*', 'image/png; q=1', 'application/octet-stream', 1, null]
      .map((other) => [`mimeType ${other}`, { $type, ref, mimeType: other, size }]),
    ['another type', { $type: 'Blob', ref, mimeType, size }],
    ['type null', { $type: null, ref, mimeType, size }],
  ]
}

// --- output

/** The data model's JSON, as Millrace's topics hold it. */
function json(value) {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return `[${value.map(json).join()}]`
  if (isCid(value)) return json({ $link: value.toString() })
  if (value instanceof Uint8Array) return json({ $bytes: Buffer.from(value).toString('base64').replace(/=+$/, '') })
  if (isMap(value)) return `{${Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${json(field)}`).join()}}`
  return JSON.stringify(value)
}

function* mutants(collection) {
  const records = bases(parseCid)[collection]
  const { schema, id } = collection.startsWith('chat.') ? {} : definition(collection)
  for (const [i, record] of records.entries()) yield [`base ${i}`, record]
  const others = records.flatMap((record) => nodes(record, schema, id).map(({ at }) => ({ name: at.join('.') || 'the record', value: get(record, at) })))
  for (;;) {
    let record = pick(records)
    const done = []
    for (let left = pick([1, 1, 1, 1, 2, 3]); left > 0; ) {
      const { at, schema: there } = pick(nodes(record, schema, id))
      const made = pick(kinds)({ record, at, schema: there, others })
      if (!made || !isMap(made[1])) continue
      done.push(`${at.join('.') || '.'} ${made[0]}`)
      record = made[1]
      left--
    }
    yield [done.join('; '), record]
  }
}

// A collection gets its share of records by how much its lexicon says: by the paths of its base records.
const collections = [...indexers.keys()].sort()
const weight = (collection) => Math.max(...bases(parseCid)[collection].map((record) => nodes(record).length)) + 8
const total = collections.reduce((sum, collection) => sum + weight(collection), 0)
const lines = []
for (const collection of collections) {
  const share = Math.ceil((Number(count) * weight(collection)) / total)
  const seen = new Set()
  let taken = 0
  let refused = 0
  for (const [done, record] of mutants(collection)) {
    if (taken === share) break
    const block = encode(record)
    const text = json(decode(block))
    if (seen.has(text)) continue
    seen.add(text)
    const v = verdict(collection, block)
    // Most of what is broken is refused; half of them is enough.
    if (v === 0 && refused >= share / 2) continue
    if (v === 0 && done.startsWith('base')) throw new Error(`refused: ${text}`)
    taken++
    refused += 1 - v
    lines.push(`{"c":"${collection}","v":${v},"m":${JSON.stringify(done)},"r":${text}}`)
  }
}
const accepted = lines.filter((line) => line.includes('"v":1,')).length
console.error(`${lines.length} records of ${collections.length} collections, ${accepted} of them indexed`)
for (const line of lines) process.stdout.write(`${line}\n`)
