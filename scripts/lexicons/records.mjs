// Records to break, made up, every field of every lexicon in at least one of them.

export const dids = {
  alice: 'did:plc:yh42v4sz2ba6au5fgtzge5bv',
  bob: 'did:web:bob.example.com',
  cborCid: 'bafyreiczbsiq6q5rikoezj65s4l2vp5fc25u2d6y3tugro3dnjnits4rgu',
  rawCid: 'bafkreiczbsiq6q5rikoezj65s4l2vp5fc25u2d6y3tugro3dnjnits4rgu',
  /** Raw, but with SHA-512. */
  sha512RawCid: 'bafkrgqhuay3gsa2gz2nv33mhobecud5atalpvdyec6ctdrjsgxhd3aifmmbp37zl3tpnwhqwgvopl4ou56m26n4i6xk2dvil4bwfdoqt7ptzg',
  version0Cid: 'QmULG7FiDba57fVLkFmoEQpq6AusiSsX6Fm4k52aQjCaEg',
}

export function bases(parseCid) {
  const createdAt = '2024-03-05T17:08:09.123Z'
  const uri = (collection, rkey = '3kmzpb5zzzs2e') => `at://${dids.alice}/${collection}/${rkey}`
  const post = { uri: uri('app.bsky.feed.post'), cid: dids.cborCid }
  const image = { $type: 'blob', ref: parseCid(dids.rawCid), mimeType: 'image/jpeg', size: 123456 }
  const video = { $type: 'blob', ref: parseCid(dids.rawCid), mimeType: 'video/mp4', size: 12345678 }
  const captions = { $type: 'blob', ref: parseCid(dids.rawCid), mimeType: 'text/vtt', size: 2000 }
  const labels = { $type: 'com.atproto.label.defs#selfLabels', values: [{ val: 'porn' }, { val: '!no-unauthenticated' }] }
  const aspectRatio = { width: 1600, height: 900 }
  const facets = [
    {
      index: { byteStart: 0, byteEnd: 6 },
      features: [{ $type: 'app.bsky.richtext.facet#mention', did: dids.bob }, { $type: 'app.bsky.richtext.facet#tag', tag: 'millrace' }],
    },
    { $type: 'app.bsky.richtext.facet', index: { byteStart: 7, byteEnd: 12 }, features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://example.com/a?b=c#d' }] },
  ]
  const embeds = {
    images: { $type: 'app.bsky.embed.images', images: [{ image, alt: 'a river', aspectRatio }, { image: { ...image, mimeType: 'image/png' }, alt: '' }] },
    video: { $type: 'app.bsky.embed.video', video, alt: 'a mill', aspectRatio, captions: [{ lang: 'de', file: captions }, { lang: 'pt-BR', file: captions }], presentation: 'gif' },
    gallery: {
      $type: 'app.bsky.embed.gallery',
      items: [
        { $type: 'app.bsky.embed.gallery#image', image, alt: 'one', aspectRatio },
        { $type: 'app.bsky.embed.gallery#image', image, alt: 'two', aspectRatio: { width: 1, height: 1 } },
      ],
    },
    external: {
      $type: 'app.bsky.embed.external',
      external: { uri: 'https://example.com/', title: 'Example', description: 'An example', thumb: image, associatedRefs: [post] },
    },
    record: { $type: 'app.bsky.embed.record', record: post },
  }
  const text = (more) => ({ $type: 'app.bsky.feed.post', text: 'Hello, river 🌊', createdAt, ...more })
  const edge = (collection, more) => ({ $type: collection, createdAt, ...more })
  return {
    'app.bsky.feed.post': [
      text(),
      text({
        facets,
        reply: { root: post, parent: { ...post, cid: dids.version0Cid } },
        embed: embeds.images,
        langs: ['en', 'pt-BR', 'zh-Hans-CN'],
        labels,
        tags: ['millrace', '水車'],
        via: 'an app',
      }),
      text({ entities: [{ index: { start: 0, end: 5 }, type: 'mention', value: dids.bob }], embed: embeds.external }),
      text({ embed: embeds.video, langs: ['ja'] }),
      text({ embed: embeds.gallery }),
      text({ embed: embeds.record, reply: { root: post, parent: post } }),
      text({ embed: { $type: 'app.bsky.embed.recordWithMedia', record: { record: post }, media: embeds.images } }),
      text({ embed: { $type: 'app.bsky.embed.recordWithMedia', record: embeds.record, media: embeds.external }, facets }),
      text({ embed: { $type: 'app.bsky.embed.recordWithMedia', record: embeds.record, media: embeds.video } }),
      text({ embed: { $type: 'com.example.embed', deep: [{ x: 1 }] }, labels: { $type: 'com.example.labels' } }),
    ],
    'app.bsky.feed.like': [edge('app.bsky.feed.like', { subject: post }), edge('app.bsky.feed.like', { subject: post, via: { ...post, uri: uri('app.bsky.feed.repost') } })],
    'app.bsky.feed.repost': [edge('app.bsky.feed.repost', { subject: post }), edge('app.bsky.feed.repost', { subject: post, via: post })],
    'app.bsky.graph.follow': [edge('app.bsky.graph.follow', { subject: dids.bob }), edge('app.bsky.graph.follow', { subject: dids.alice, via: { ...post, uri: uri('app.bsky.graph.starterpack') } })],
    'app.bsky.graph.block': [edge('app.bsky.graph.block', { subject: dids.bob })],
    'app.bsky.graph.listblock': [edge('app.bsky.graph.listblock', { subject: uri('app.bsky.graph.list') })],
    'app.bsky.graph.listitem': [edge('app.bsky.graph.listitem', { subject: dids.bob, list: uri('app.bsky.graph.list') })],
    'app.bsky.graph.list': [
      edge('app.bsky.graph.list', { purpose: 'app.bsky.graph.defs#modlist', name: 'A list' }),
      edge('app.bsky.graph.list', { purpose: 'app.bsky.graph.defs#curatelist', name: 'Friends', description: 'Hello, river', descriptionFacets: facets, avatar: image, labels }),
    ],
    'app.bsky.graph.starterpack': [
      edge('app.bsky.graph.starterpack', { name: 'Begin here', list: uri('app.bsky.graph.list') }),
      edge('app.bsky.graph.starterpack', {
        name: 'Begin here',
        description: 'Hello, river',
        descriptionFacets: facets,
        list: uri('app.bsky.graph.list'),
        feeds: [{ uri: uri('app.bsky.feed.generator', 'whats-hot') }, { uri: uri('app.bsky.feed.generator', 'a') }],
      }),
    ],
    'app.bsky.graph.verification': [edge('app.bsky.graph.verification', { subject: dids.bob, handle: 'bob.example.com', displayName: 'Bob' })],
    'app.bsky.feed.threadgate': [
      edge('app.bsky.feed.threadgate', { post: post.uri }),
      edge('app.bsky.feed.threadgate', {
        post: post.uri,
        allow: [
          { $type: 'app.bsky.feed.threadgate#mentionRule' },
          { $type: 'app.bsky.feed.threadgate#followingRule' },
          { $type: 'app.bsky.feed.threadgate#followerRule' },
          { $type: 'app.bsky.feed.threadgate#listRule', list: uri('app.bsky.graph.list') },
        ],
        hiddenReplies: [post.uri, uri('app.bsky.feed.post', '3kabc')],
      }),
    ],
    'app.bsky.feed.postgate': [
      edge('app.bsky.feed.postgate', { post: post.uri }),
      edge('app.bsky.feed.postgate', { post: post.uri, detachedEmbeddingUris: [post.uri], embeddingRules: [{ $type: 'app.bsky.feed.postgate#disableRule' }] }),
    ],
    'app.bsky.feed.generator': [
      edge('app.bsky.feed.generator', { did: dids.bob, displayName: 'Rivers' }),
      edge('app.bsky.feed.generator', {
        did: dids.bob,
        displayName: 'Rivers 🌊',
        description: 'Hello, river',
        descriptionFacets: facets,
        avatar: image,
        acceptsInteractions: true,
        labels,
        contentMode: 'app.bsky.feed.defs#contentModeVideo',
      }),
    ],
    'app.bsky.actor.profile': [
      { $type: 'app.bsky.actor.profile' },
      {
        $type: 'app.bsky.actor.profile',
        displayName: 'Alice 👩‍🚀',
        description: 'Hello, river',
        pronouns: 'she/her',
        website: 'https://alice.example.com',
        avatar: image,
        banner: { ...image, mimeType: 'image/png' },
        labels,
        joinedViaStarterPack: post,
        pinnedPost: post,
        createdAt,
      },
    ],
    'app.bsky.actor.status': [
      edge('app.bsky.actor.status', { status: 'app.bsky.actor.status#live' }),
      edge('app.bsky.actor.status', { status: 'app.bsky.actor.status#live', embed: embeds.external, durationMinutes: 60 }),
    ],
    'app.bsky.labeler.service': [
      edge('app.bsky.labeler.service', { policies: { labelValues: ['spam'] } }),
      edge('app.bsky.labeler.service', {
        policies: {
          labelValues: ['spam', '!hide', 'rude'],
          labelValueDefinitions: [
            {
              identifier: 'rude',
              severity: 'alert',
              blurs: 'content',
              defaultSetting: 'warn',
              adultOnly: false,
              locales: [
                { lang: 'en', name: 'Rude', description: 'Not kind' },
                { lang: 'de', name: 'Unhöflich', description: 'Nicht nett' },
              ],
            },
          ],
        },
        labels,
        reasonTypes: ['com.atproto.moderation.defs#reasonSpam'],
        subjectTypes: ['account', 'record'],
        subjectCollections: ['app.bsky.feed.post', 'app.bsky.actor.profile'],
      }),
    ],
    'app.bsky.notification.declaration': [{ $type: 'app.bsky.notification.declaration', allowSubscriptions: 'followers' }],
    'chat.bsky.actor.declaration': [{ $type: 'chat.bsky.actor.declaration', allowIncoming: 'following', allowGroupInvites: 'all' }],
    'com.germnetwork.declaration': [
      { $type: 'com.germnetwork.declaration', version: '1.0.0', currentKey: new Uint8Array(33).fill(3) },
      {
        $type: 'com.germnetwork.declaration',
        version: '1.10.100',
        currentKey: new Uint8Array([3, 1, 4, 1, 5]),
        messageMe: { messageMeUrl: 'https://example.com/message', showButtonTo: 'everyone' },
        keyPackage: new Uint8Array([2, 7, 1, 8]),
        continuityProofs: [new Uint8Array([1]), new Uint8Array()],
      },
    ],
  }
}
