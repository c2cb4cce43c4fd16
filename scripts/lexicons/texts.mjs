// Makes texts that are, or nearly are, of a string format, and texts of odd grapheme clusters, and asks the AppView's
// validators about them.
//
//   node scripts/lexicons/texts.mjs NODE_MODULES SEED > FILE
//
// NODE_MODULES is a folder with @atproto/lex. Each line of the output is {"f": format, "v": 1 if it is of it, else 0,
// "t": text} or {"g": how many clusters, "t": text}. The same seed makes the same texts.
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { chance } from './chance.mjs'
import { lengths, strings } from './values.mjs'

const [modules, seed] = process.argv.slice(2)
if (!seed) throw new Error('usage: node scripts/lexicons/texts.mjs NODE_MODULES SEED')
const load = (file) => import(pathToFileURL(path.resolve(modules, '@atproto', file)))
const { STRING_FORMATS, isStringFormat } = await load('lex-schema/dist/index.js')
const { graphemeLen } = await load('lex-data/dist/index.js')
const { pick, random } = chance(Number(seed))
const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

// Where a format has no texts of its own, those of the others serve.
const all = [...new Set(Object.values(strings).flat())]
const characters = [...'aZz09-_.:/#?%+=~@ bQ2T\n', 'ä', '\u00a0', '🌊']

/** The text with one character less, more, twice or another. */
function mutated(text) {
  const at = random(text.length + 1)
  const [before, after] = [text.slice(0, at), text.slice(at)]
  return pick([before + after.slice(1), before + pick(characters) + after, before + after.slice(0, 1) + after, before + pick(characters) + after.slice(1)])
}

/** The base 58 of multiformats takes characters above U+00FF for a digit, by mistake. */
const isMistaken = (format, text) => format === 'cid' && /^Q.*[^\x00-\xff]/.test(text)

for (const format of STRING_FORMATS) {
  const texts = new Set(all)
  const own = (strings[format] ?? all).filter((text) => text.length < 200)
  while (texts.size < all.length + 400) texts.add(mutated(pick(own)).toWellFormed())
  for (const text of texts) if (!isMistaken(format, text)) write({ f: format, v: isStringFormat(text, format) ? 1 : 0, t: text })
}

const odd = [
  ...lengths.map(([, cluster]) => cluster),
  ...lengths.flatMap(([, cluster]) => [...cluster]),
  ...['क', 'ष', '्', 'ि', 'ं', '\u200c', 'త', '్', 'ക', '്', 'ੴ', 'ੱ', 'ক', '্', 'ଁ', '୍', 'ဃ', '္', 'ខ', '្', 'ᬓ', '᭄', 'ᄀ', 'ᅡ', 'ᆨ', '가', '각', 'ힰ', 'ퟋ'],
  ...['🇺', '🏿', '©', '☺', '❤️', '\ufe0f', '\u{1fae8}', '\u0301', '\r', '\n', '\t', '\u00ad', '\u200b', '\u061c', '\u0600', '\u070f', '\u{110bd}', '\u0eb3', '\u3099', '\ufeff', '\u2028', '\u{1fa8e}', '\u{1c84}'],
]
for (let i = 0; i < 5000; i++) {
  const text = Array.from({ length: 1 + random(8) }, () => pick(odd)).join('')
  write({ g: graphemeLen(text), t: text })
}
