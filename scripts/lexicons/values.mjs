// What to put into records: values of every kind, texts that are nearly of a format, clusters to fill a length with.
import { dids } from './records.mjs'

const { alice, cborCid, rawCid, sha512RawCid, version0Cid } = dids

/** [name, value] of every kind that the data model has, and of the maps that look like another. */
export const values = [
  ['true', true],
  ['false', false],
  ['0', 0],
  ['1', 1],
  ['-1', -1],
  ['2^53-1', 2 ** 53 - 1],
  ['-2^53+1', 1 - 2 ** 53],
  ['2^53', 2n ** 53n],
  ['-2^53', -(2n ** 53n)],
  ['2^63-1', 2n ** 63n - 1n],
  ['-2^63', -(2n ** 63n)],
  ['a deep 2^60', { a: [{ b: 2n ** 60n }] }],
  ['an empty text', ''],
  ['a text', 'x'],
  ['a number as a text', '1'],
  ['an empty array', []],
  ['an array of null', [null]],
  ['an array of arrays', [[]]],
  ['an empty map', {}],
  ['a map with an empty key', { '': 1 }],
  ['a map with a type', { $type: 'com.example.thing' }],
  ['a map with a type of a number', { $type: 1 }],
  ['a map with a type and 2^60', { $type: 'com.example.thing', a: 2n ** 60n }],
  ['a map with $link and more', { $link: rawCid, a: 1 }],
  ['a map with $link of a number', { $link: 1 }],
  ['a map with $bytes and more', { $bytes: 'AAAA', a: 1 }],
  ['a map with $bytes of a map', { $bytes: {} }],
  ['bytes', new Uint8Array([1, 2, 3])],
  ['no bytes', new Uint8Array()],
]

const date = '2024-03-05'
const time = '17:08:09'
const uri = `at://${alice}/app.bsky.feed.post/3kmzpb5zzzs2e`
const any = ['', ' ', 'x', '\u0000', 'null', 'ä', '👩‍🚀', '{"a":1}', 'a'.repeat(9000)]

/** By format, some that are of it and many that are not quite. */
export const strings = {
  any,
  datetime: [
    ...any,
    ...['Z', '+00:00', '-00:00', '+01:30', '-23:59', '+24:00', '+01:60', '+0100', '+01', 'z', '', ' Z', 'Z ', 'ZZ', '+1:00', '−01:00'].map((zone) => `${date}T${time}${zone}`),
    ...['.1', '.123', '.123456789', `.${'1'.repeat(43)}`, `.${'1'.repeat(44)}`, `.${'1'.repeat(45)}`, '.', ',123', '.1a', '.12.3'].map((fraction) => `${date}T${time}${fraction}Z`),
    `${date}T${time}.${'1'.repeat(39)}+01:00`,
    ...['24:00:00', '23:59:60', '23:60:00', '00:00:00', '23:59:59', '1:00:00', '17:08', '170809', '17:08:9', '-1:00:00'].map((other) => `${date}T${other}Z`),
    ...['2024-02-29', '2023-02-29', '2023-02-30', '2023-02-31', '2023-04-31', '2023-04-32', '2023-00-10', '2023-13-10', '2023-01-00', '2023-1-1', '23-01-01', '12023-01-01', '+002023-01-01', '-02023-01-01', '20230101', '2023-001', '2023-W01-1', '٢٠٢٣-01-01'].map((other) => `${other}T${time}Z`),
    ...['0000-01-01T00:00:00Z', '0000-01-01T00:00:00+00:01', '0000-01-01T00:00:00-00:01', '0000-01-01T05:00:00+05:00', '0000-01-01T05:00:00+05:01', '0000-01-02T00:00:00+23:59'],
    ...['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.999-00:01', '9999-12-31T23:00:00-00:59', '9999-12-31T23:00:00-01:00', '9999-12-30T23:59:59-23:59', '9999-11-31T23:59:59-23:59', '0001-01-01T00:00:00+23:59'],
    `${date} ${time}Z`, `${date}t${time}Z`, date, `${date}T${time}`, '1709658489', 'Tue, 05 Mar 2024 17:08:09 GMT', 'now', `${date}T${time}Z\n`, `\n${date}T${time}Z`,
  ],
  'at-uri': [
    ...any,
    uri, `${uri}/`, `${uri}?a=b`, `${uri}#`, `${uri}#/`, `${uri}#/a/0`, `${uri}#a`, `${uri}#/a%20b`, `${uri}#/a%2`, `${uri}#/a%ff`, `${uri}#/%C3%A4`, `${uri}#/%C3`, `${uri}#/%ed%a0%80`, `${uri}#/a#b`, `${uri}#/a+b`, `${uri}#/ä`, `${uri}#/a\\b`,
    `${uri}#/%F0%9F%8C%8A`, `${uri}#/%c0%80`, `${uri}#/%+41`, `${uri}#/%-1`,
    `at://${alice}`, `at://${alice}/`, `at://${alice}#/a`, `at://${alice}/app.bsky.feed.post`, `at://${alice}/app.bsky.feed.post/`, `at://${alice}/app.bsky.feed.post//`, `${uri}/more`,
    'at://alice.example.com/app.bsky.feed.post/a', 'at://ALICE.Example.com', 'at://alice', 'at://alice.example.com:80/app.bsky.feed.post/a', 'at://did:plc:', 'at://did:PLC:abc', 'at://did:plc:abc%', 'at://did:plc:abc%20/app.bsky.feed.post/a',
    `at://${alice}/post/a`, `at://${alice}/app.bsky.feed.post_/a`, `at://${alice}/app.bsky.feed.1post/a`, `at://${alice}/app.bsky.feed-/a`,
    ...['.', '..', '...', 'a:b', '~a_b-c', 'a%20b', 'a@b', 'ä', 'a'.repeat(512), 'a'.repeat(513), 'self'].map((rkey) => `at://${alice}/app.bsky.feed.post/${rkey}`),
    'AT://alice.example.com', 'at:alice.example.com', 'at:/alice.example.com', 'at:///alice.example.com', ` ${uri}`, `${uri} `, `${uri}\n`, 'https://example.com/', `at://${alice}/app.bsky.feed.post/${'a'.repeat(8192)}`, 'at://',
    `at://did:web:${'a'.repeat(2036)}`, `at://did:web:${'a'.repeat(2041)}`,
  ],
  cid: [
    ...any,
    cborCid, rawCid, sha512RawCid, version0Cid, 'bafkqaaa', 'bafkqac3imvwgy3y', `${cborCid}=`, `${cborCid}====`, `=${cborCid}`, 'b', 'b=', 'Q', 'Qm', 'bafy',
    cborCid.toUpperCase(), `${cborCid} `, cborCid.slice(0, -1), `${cborCid}a`, `${cborCid}aaaaaaaa`, cborCid.replace('bafyrei', 'bafyre1'), `${cborCid.slice(0, -1)}b`, `B${cborCid.slice(1)}`,
    version0Cid.slice(0, -1), `${version0Cid}a`, version0Cid.replace('f', '0'), `z${version0Cid}`, 'zdj7WhuEjrB52m1BisYCtmjH1hSKa7yZ3jEZ9JcXaFRD51wVz', 'k2jmtxu61bnhrtj301lw7zizknztocdbeqhxgv76l2q9t36fn9jbzipo', 'f01551220', 'mAXESIA', 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR',
    'QmcRD4wkPPi6dig81r5sLj9Zm1gDCL4zgpEj9CfuRrGbzF', 'QNLei78zW', 'baeaaaaa', 'baeaqaaa', 'bagaqaaa', 'bqeaxcaaa', 'bafkreaaa', 'baebbeibdmfrgi', 'bifkqaaa', 'baf4qaaa',
    'bafyrefczbsiq6q5rikoezj65s4l2vp5fc25u2dy', 'baguqehralegjcd2dwfbjytfh3wlrpkv7uullwtip3dooq2f3mnvfvcolse2q', // a short digest; BLAKE3
    'bqeafkaaa', 'bahkqaaaa', 'bafkyaaaa', 'bafkqbaiaa4', 'bagaibaeaqcaiaaiaaa', 'bagaibaeaqcaibaabaaaa', // varints longer than need be, too long
    'bciqfsderb5b3cqu4jst53fyxvk72kfv3juh5rxhinc5wg2s2rhfzcni', 'babybeiczbsiq6q5rikoezj65s4l2vp5fc25u2d6y3tugro3dnjnits4rgu', 'bajkqaaa', 'bafkqaaqbaibq', 'bafkqababaibq', // other versions, other lengths
    `baf${'a'.repeat(300)}`, `bafkq${'a'.repeat(250)}`,
  ],
  did: [
    ...any,
    alice, 'did:web:example.com', 'did:web:localhost%3A8080', 'did:plc:', 'did:plc', 'did::abc', 'did:PLC:abc', 'DID:plc:abc', 'did:p1c:abc', 'did:plc:abc:', 'did:plc:abc%', 'did:plc:a b', 'did:plc:abc#key', 'did:plc:abc/path', 'did:plc:ä', 'did:plc:a.b_c-d:e%20', 'did:plc:.', 'did:plc:-', 'did:plc::a', ` ${alice}`, `${alice}\n`,
    `did:web:${'a'.repeat(2040)}`, `did:web:${'a'.repeat(2041)}`, 'at://did:plc:abc',
  ],
  handle: [
    ...any,
    'alice.test', 'ALICE.Test', 'a.co', 'alice', 'alice.', '.alice.test', 'alice..test', '-alice.test', 'alice-.test', 'a-b.test', 'alice.test-', 'alice.1test', 'alice.t1', '1.2.com', '1.2.3.4', 'xn--ls8h.test', 'älice.test', 'alice_b.test', '@alice.test', 'alice.test/', `${'a'.repeat(63)}.test`, `${'a'.repeat(64)}.test`, `alice.${'a'.repeat(63)}`, `alice.${'a'.repeat(64)}`,
    `${'a.'.repeat(124)}test1`, `${'a.'.repeat(124)}test12`, 'alice.test\n', 'did:plc:abc', 'handle.invalid',
  ],
  'at-identifier': [...any, alice, 'alice.test', 'did:plc:', 'alice', '@alice.test', 'Did:plc:abc', 'did.test'],
  uri: [
    ...any,
    'https://example.com', 'http://example.com/ä?ö#ü', 'https://', 'https:/', 'https:', 'https:///example.com', 'https:/example.com', 'https:example.com', 'https:////', 'HTTPS://EXAMPLE.COM', 'a:b', 'a:', ':a', '1:2', 'a_b:c', 'a-b:c', 'a.b:c', 'a+b:c', 'ä:b', 'mailto:a@b.c', 'dns:example.com', 'at://alice.test', uri, 'https://a b', 'https://a\u00a0b', 'https://a\u200bb', 'https://a\ufeffb', 'https://a\u3000b', 'https://a\u2028b', 'https://a\u180eb', 'https://a\u0085b', 'https://a\tb', 'https://a\n', '\nhttps://a', ' https://a', 'https://🌊',
    'https://\u001f', 'https:// ', `https://example.com/${'a'.repeat(9000)}`, `${'a'.repeat(100)}:b`, 'javascript:alert(1)', 'data:,', '//example.com', 'example.com', 'https://a\\b', 'https://\u007f', 'https://\u1680', 'https://\u205f', 'https://\u202f',
  ],
  language: [
    ...any,
    'de', 'deu', 'd', 'deut', 'deuts', 'DE', 'De', 'pt-BR', 'pt-br', 'pt_BR', 'pt-', '-pt', 'zh-Hans-CN', 'zh-hans-cn', 'zh-cmn', 'zh-cmn-Hans', 'zh-abc-def-ghi', 'zh-abc-def-ghi-jkl', 'es-419', 'es-4199', 'es-41', 'sl-nedis', 'sl-rozaj-biske', 'sl-rozaj-ROZAJ', 'de-1996', 'de-1996-1996', 'de-199a', 'de-a996', 'en-u-ca-buddhist', 'en-u', 'en-u-a', 'en-a-bbb-u-ccc', 'en-a-bbb-a-ccc', 'en-a-bbb-A-ccc', 'en-x-a', 'en-X-a', 'en-x', 'x-a', 'X-a', 'x', 'x-', 'x-toolongsub', 'x-12345678', 'en-u-aa-x-a-a', 'en-x-a-u-bb', 'en-1-aa', 'en-1-aa-1-bb',
    'i-klingon', 'I-klingon', 'i-KLINGON', 'i-other', 'en-GB-oed', 'en-gb-oed', 'sgn-BE-FR', 'sgn-be-fr', 'art-lojban', 'zh-min', 'zh-min-nan', 'cel-gaulish', 'no-bok', 'zh-guoyu', 'zh-xiang', 'en-a-x-b', 'hi-Latn-IN-u-nu-latn', 'de-DE-DE', 'de-Latn-Latn', 'de-Latn-1996-u-co-phonebk-x-foo', `x${'-a'.repeat(100)}`, `en${'-abcde'.repeat(2)}`, 'und', 'mul', 'jaja', 'ja ', ' ja', 'ja\n', 'jä', 'en--US', 'i', 'root',
  ],
  tid: [...any, '3jzfcijpj2z2a', '2222222222222', 'jzzzzzzzzzzzz', 'kzzzzzzzzzzzz', 'zzzzzzzzzzzzz', '3jzfcijpj2z2', '3jzfcijpj2z2aa', '3JZFCIJPJ2Z2A', '3jzf-cij-pj2z-2a', '0000000000000', '1jzfcijpj2z2a', '3jzfcijpj2z2\u00e4'],
  nsid: [
    ...any,
    'app.bsky.feed.post', 'com.example', 'a.b.c', 'a.b.c1', 'a.b.1c', 'a.b.c-d', '1a.b.c', 'a.1.c', 'a-b.c.d', '-a.b.c', 'a-.b.c', 'a..b', '.a.b', 'a.b.', 'a.b.c#d', 'a.b.c/', 'a.b.ä', 'A.B.C', 'a_b.c.d', 'a.b.c ', `${'a'.repeat(63)}.b.c`, `${'a'.repeat(64)}.b.c`, `a.b.${'c'.repeat(63)}`, `a.b.${'c'.repeat(64)}`, `${'a.'.repeat(157)}bcd`, `${'a.'.repeat(157)}bcde`, 'a.b.c\n', 'a.b.*', '*',
  ],
}

/** [name, a grapheme cluster], to fill lengths with. */
export const lengths = [
  ['ASCII', 'a'],
  ['two bytes', 'ä'],
  ['three bytes', '水'],
  ['four bytes', '🌊'],
  ['combined', 'e\u0301'],
  ['much combined', 'e\u0301\u0308\u0323\u0331'],
  ['families', '👨‍👩‍👧‍👦'],
  ['skins', '👍🏽'],
  ['flags', '🇩🇪'],
  ['a flag of tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ['a flag of two', '🏳️‍🌈'],
  ['keycaps', '1️⃣'],
  ['jamo', '한'],
  ['Hangul', '각'],
  ['Devanagari', 'क्षि'],
  ['Tamil', 'நி'],
  ['Khmer', 'ខ្មែ'],
  ['Burmese', 'က္က'],
  ['Thai', 'กำ'],
  ['line ends', '\r\n'],
  ['NUL', '\u0000'],
  ['lone joiners', '\u200d'],
  ['prepended', '\u0600a'],
]
