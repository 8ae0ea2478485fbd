package spillway.aws.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What the shipped log configuration would print, kept instead of printed. */
public final class LogLines implements AutoCloseable {
    private final LoggerContext context = LoggerContext.getContext(false);
    private final Kept kept;

    private LogLines() {
        context.setConfigLocation(resource("/log4j2.xml"));
        Configuration shipped = context.getConfiguration();
        kept = new Kept(shipped.getAppender("stdout").getLayout());
        kept.start();
        shipped.getRootLogger().removeAppender("stdout");
        shipped.getRootLogger().addAppender(kept, null, null);
        context.updateLoggers();
    }

    public static LogLines keep() {
        return new LogLines();
    }

    public static LogLines keepDebug() {
        LogLines lines = new LogLines();
        Configurator.setLevel("spillway", Level.DEBUG);
        return lines;
    }

    /** The text as it would have been printed, line ends included. */
    public String text() {
        return String.join("", kept.records);
    }

    public List<JsonNode> lines() {
        return text().lines().map(LogLines::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (java.io.IOException e) {
            throw new AssertionError("not JSON: " + line, e);
        }
    }

    @Override
    public void close() {
        context.setConfigLocation(resource("/log4j2-test.xml"));
    }

    private static URI resource(String name) {
        try {
            return Objects.requireNonNull(LogLines.class.getResource(name)).toURI();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Kept extends AbstractAppender {
        private final List<String> records = new CopyOnWriteArrayList<>();

        Kept(Layout<?> layout) {
            super("kept", null, layout, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            records.add(new String(getLayout().toByteArray(event), StandardCharsets.UTF_8));
        }
    }
}
