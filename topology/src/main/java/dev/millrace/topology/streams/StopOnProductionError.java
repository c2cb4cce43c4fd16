package dev.millrace.topology.streams;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka refuses stops the part, with the topic and the size named: events that are too large
 * are set aside before they are sent, so a refusal means that topics or permissions are not as they
 * must be, and going on would lose events. Kafka being away is no refusal; it is waited for.
 */
public final class StopOnProductionError implements ProductionExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(StopOnProductionError.class);

  @Override
  public void configure(Map<String, ?> configs) {
    // Nothing to set.
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof org.apache.kafka.common.errors.RetriableException) {
      return Response.retry();
    }
    log.error(
        "{} refused a record of {} bytes from {}: {}",
        record.topic(),
        record.value() == null ? 0 : record.value().length,
        context.processorNodeId(),
        exception.toString());
    return Response.fail();
  }
}
