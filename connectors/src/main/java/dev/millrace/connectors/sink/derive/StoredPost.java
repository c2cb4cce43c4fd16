package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.POST;
import static org.jooq.impl.DSL.any;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code post}: what it says itself, and the flags that were derived of it.
 *
 * @param root URI of the post its thread begins with; null if it is no reply, as is parent then
 */
record StoredPost(
    String uri,
    String cid,
    String creator,
    @Nullable String root,
    @Nullable String parent,
    String sortAt,
    Flags flags) {

  /** By URI, locked until the transaction's end if the flags are to be written. */
  static Map<String, StoredPost> load(DSLContext sql, Collection<String> uris, boolean isLocked) {
    var query =
        sql.select(
                POST.URI,
                POST.CID,
                POST.CREATOR,
                POST.REPLYROOT,
                POST.REPLYPARENT,
                POST.SORTAT,
                POST.INVALIDREPLYROOT,
                POST.VIOLATESTHREADGATE,
                POST.VIOLATESEMBEDDINGRULES,
                POST.HASTHREADGATE,
                POST.HASPOSTGATE)
            .from(POST)
            .where(POST.URI.eq(any(uris.toArray(String[]::new))))
            // Whatever the database's locale is: in this order all lock them.
            .orderBy(POST.URI.collate("C"));
    Map<String, StoredPost> posts = new TreeMap<>();
    for (var row : isLocked ? query.forNoKeyUpdate().fetch() : query.fetch()) {
      posts.put(
          row.value1(),
          new StoredPost(
              row.value1(),
              row.value2(),
              row.value3(),
              row.value4(),
              row.value5(),
              row.value6(),
              new Flags(row.value7(), row.value8(), row.value9(), row.value10(), row.value11())));
    }
    return posts;
  }
}
