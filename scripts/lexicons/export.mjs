// Writes the lexicon documents that the records of the AppView need, as the package @atproto/api holds them.
//
//   node scripts/lexicons/export.mjs NODE_MODULES
//
// NODE_MODULES is a folder with @atproto/api. Which collections: RecordValidator.COLLECTIONS; what they refer to comes
// along. Prints the version it took.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const modules = path.resolve(process.argv[2] ?? usage())
const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const target = path.join(home, 'atproto/src/main/resources/lexicons')
const source = fs.readFileSync(
  path.join(home, 'atproto/src/main/java/dev/millrace/atproto/lexicon/RecordValidator.java'),
  'utf8',
)
const collections = [...source.matchAll(/^ {10}"([a-z.A-Z]+)"/gm)].map((match) => match[1])
if (collections.length === 0) throw new Error('no collections found in RecordValidator.java')

const api = path.join(modules, '@atproto/api')
const { schemas } = await import(pathToFileURL(path.join(api, 'dist/client/lexicons.js')))
const documents = new Map(schemas.map((document) => [document.id, document]))
const visited = new Set()
for (const collection of collections) visit(`${collection}#main`)

for (const id of new Set([...visited].map((name) => name.split('#')[0]))) {
  const file = path.join(target, `${id.replaceAll('.', '/')}.json`)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, `${JSON.stringify(withoutScheme(documents.get(id)), null, 2)}\n`)
}
const { version } = JSON.parse(fs.readFileSync(path.join(api, 'package.json'), 'utf8'))
console.log(`@atproto/api ${version}: ${visited.size} definitions of ${collections.length} collections`)

function visit(name) {
  if (visited.has(name)) return
  visited.add(name)
  const [id, definition] = name.split('#')
  walk(documents.get(id)?.defs[definition] ?? unknown(name), id)
}

function walk(schema, id) {
  if (schema.type === 'ref') follow(schema.ref, id)
  if (schema.type === 'union') schema.refs.forEach((ref) => follow(ref, id))
  if (schema.type === 'array') walk(schema.items, id)
  if (schema.type === 'record') walk(schema.record, id)
  if (schema.type === 'object') Object.values(schema.properties ?? {}).forEach((field) => walk(field, id))
}

function follow(ref, id) {
  const [document, definition = 'main'] = ref.replace(/^lex:/, '').split('#')
  visit(`${document || id}#${definition}`)
}

/** The package marks references with a scheme that the documents themselves do not have. */
function withoutScheme(value) {
  if (typeof value === 'string') return value.replace(/^lex:/, '')
  if (Array.isArray(value)) return value.map(withoutScheme)
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutScheme(field)]))
  }
  return value
}

function unknown(name) {
  throw new Error(`no definition ${name}`)
}

function usage() {
  throw new Error('usage: node scripts/lexicons/export.mjs NODE_MODULES')
}
