package dev.millrace.app.config;

import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What Kafka takes for a topic's name. */
public final class TopicName implements ITypeConverter<String> {
  @Override
  public String convert(String value) {
    try {
      Topic.validate(value);
      return value;
    } catch (InvalidTopicException e) {
      throw new TypeConversionException("'" + value + "' is not a topic's name: " + e.getMessage());
    }
  }
}
