package dev.millrace.app.run;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Sends what is logged to a file, for commands whose console has something better to show. */
public final class LogFile {
  private static final String LINE =
      "%date{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{1} - %message%n";
  private static final int KEPT = 5;

  private LogFile() {}

  /** What stays on the console. */
  public enum Console {
    /** Nothing. */
    CLEAN,
    /** Warnings and errors of our own, without their stack traces. */
    WARNINGS
  }

  /** From now on, everything goes to {@code millrace.log} in a directory; returns the file. */
  public static Path in(Path directory, Console console) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    Path file = directory.resolve("millrace.log");
    root.addAppender(file(context, file));
    if (console == Console.WARNINGS) {
      context.getLogger("dev.millrace").addAppender(warnings(context));
    }
    return file;
  }

  private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path path) {
    RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
    file.setContext(context);
    file.setFile(path.toString());
    file.setEncoder(encoder(context, LINE));

    FixedWindowRollingPolicy older = new FixedWindowRollingPolicy();
    older.setContext(context);
    older.setParent(file);
    older.setFileNamePattern(path + ".%i.gz");
    older.setMinIndex(1);
    older.setMaxIndex(KEPT);
    older.start();

    SizeBasedTriggeringPolicy<ILoggingEvent> full = new SizeBasedTriggeringPolicy<>();
    full.setContext(context);
    full.setMaxFileSize(FileSize.valueOf("50MB"));
    full.start();

    file.setRollingPolicy(older);
    file.setTriggeringPolicy(full);
    file.start();
    return file;
  }

  private static ConsoleAppender<ILoggingEvent> warnings(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder(context, "%date{HH:mm:ss} %-5level %message%nopex%n"));
    ThresholdFilter filter = new ThresholdFilter();
    filter.setLevel(Level.WARN.toString());
    filter.start();
    console.addFilter(filter);
    console.start();
    return console;
  }

  private static PatternLayoutEncoder encoder(LoggerContext context, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    return encoder;
  }
}
