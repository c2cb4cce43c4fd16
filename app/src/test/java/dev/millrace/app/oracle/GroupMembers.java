package dev.millrace.app.oracle;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;

/**
 * Who shares the work of a consumer group at this moment. Owned by the thread that runs the seed.
 */
final class GroupMembers {
  private static final long LIMIT_SECONDS = 10;

  /** What a part calls itself, before the number or name of its thread. */
  private static final Pattern PART = Pattern.compile("(.+?)-(?:[0-9]+|StreamThread-.*)");

  /** A look takes a client of its own: not at every turn of a loop. */
  private static final long LOOK_NANOS = Duration.ofMillis(250).toNanos();

  private final Rig rig;
  private long lookedNanos = System.nanoTime() - LOOK_NANOS;

  GroupMembers(Rig rig) {
    this.rig = rig;
  }

  /** Whether a part has partitions; not while the broker is away. */
  boolean hasShare(String group, String part) {
    if (System.nanoTime() - lookedNanos < LOOK_NANOS) {
      return false;
    }
    lookedNanos = System.nanoTime();
    // The broker may have been restarted.
    try (Admin admin = Admin.create(rig.kafka().admin())) {
      return admin
          .describeConsumerGroups(Set.of(group))
          .all()
          .get(LIMIT_SECONDS, TimeUnit.SECONDS)
          .values()
          .stream()
          .flatMap(described -> described.members().stream())
          .filter(member -> !member.assignment().topicPartitions().isEmpty())
          .anyMatch(member -> part(member).equals(part));
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String part(MemberDescription member) {
    Matcher matcher = PART.matcher(member.clientId());
    return matcher.matches() ? matcher.group(1) : member.clientId();
  }
}
