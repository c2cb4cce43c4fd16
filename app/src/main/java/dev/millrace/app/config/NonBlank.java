package dev.millrace.app.config;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A name: anything but nothing. */
final class NonBlank implements ITypeConverter<String> {
  @Override
  public String convert(String value) {
    if (value.isBlank()) {
      throw new TypeConversionException("it is empty; give it a name");
    }
    return value.strip();
  }
}
