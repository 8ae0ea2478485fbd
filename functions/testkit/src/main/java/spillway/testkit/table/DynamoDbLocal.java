package spillway.testkit.table;

import java.net.URI;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local in this process, on a free port of 127.0.0.1, in memory; gone when closed.
 *
 * <p>One database for every region and access key; any non-empty key is taken. It differs from the
 * service: nothing is throttled, an item past its TTL goes within about a second instead of days,
 * and transactions report half the capacity. A start takes seconds, so tests share {@link #shared}.
 *
 * <p>The server is put together here rather than by its own command line, which listens on every
 * address, on a port chosen beforehand, and reports its use to AWS unless told not to.
 */
public final class DynamoDbLocal implements AutoCloseable {
    private static final boolean IN_MEMORY = true;
    private static final boolean ONE_DATABASE = true;
    private static final boolean SLOW_TABLE_CREATION = false;

    /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
    private static final java.util.logging.Logger SQLITE =
            java.util.logging.Logger.getLogger("com.almworks.sqlite4java");

    private final Server server;
    private final LocalDynamoDBServerHandler handler;
    private final URI endpoint;

    private DynamoDbLocal(Server server, LocalDynamoDBServerHandler handler, URI endpoint) {
        this.server = server;
        this.handler = handler;
        this.endpoint = endpoint;
    }

    /**
     * Starts one; returns when it accepts requests.
     *
     * @throws IllegalStateException when it does not start
     */
    public static DynamoDbLocal start() {
        return start(0);
    }

    /**
     * Starts one on that port, 0 for any free one; returns when it accepts requests.
     *
     * @throws IllegalStateException when it does not start
     */
    public static DynamoDbLocal start(int port) {
        beQuiet();
        try {
            var handler =
                    new LocalDynamoDBServerHandler(
                            new LocalDynamoDBRequestHandler(
                                    0, IN_MEMORY, null, ONE_DATABASE, SLOW_TABLE_CREATION),
                            null);
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server);
            connector.setHost("127.0.0.1");
            connector.setPort(port);
            server.addConnector(connector);
            server.setHandler(handler);
            server.start();
            URI endpoint = URI.create("http://127.0.0.1:" + connector.getLocalPort());
            return new DynamoDbLocal(server, handler, endpoint);
        } catch (Exception e) {
            throw new IllegalStateException("DynamoDB Local does not start", e);
        }
    }

    /** The one of this JVM, started at the first call; lasts until the JVM ends. */
    public static DynamoDbLocal shared() {
        return Shared.TABLES;
    }

    /** Where it listens: {@code http://127.0.0.1:port}. */
    public URI endpoint() {
        return endpoint;
    }

    /** Stops it; every table is lost. */
    @Override
    public void close() {
        try {
            server.stop();
            handler.close();
        } catch (Exception e) {
            throw new IllegalStateException("DynamoDB Local does not stop", e);
        }
    }

    /**
     * Log4j is set up by a file in DynamoDB Local's own jar, on standard output, unless the
     * application has one; Jetty's logger complains once when there is no SLF4J provider.
     */
    private static void beQuiet() {
        System.getProperties().putIfAbsent("slf4j.internal.verbosity", "ERROR");
        Configurator.setLevel("software.amazon.dynamodb.services.local", Level.OFF);
        Configurator.setLevel("org.eclipse.jetty", Level.WARN);
        SQLITE.setLevel(java.util.logging.Level.WARNING);
    }

    private static final class Shared {
        private static final DynamoDbLocal TABLES = start();
    }
}
