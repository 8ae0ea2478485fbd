package spillway.local;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Runs the platform until it is told to stop. */
public final class Main {
    /** The exit status when it cannot start as it is told to. */
    private static final int CANNOT_START = 2;

    private Main() {}

    /**
     * Starts it.
     *
     * @param args the folder of the functions' modules
     */
    public static void main(String[] args) throws InterruptedException {
        PrintStream out = System.out;
        try {
            Path functions = Path.of(args.length > 0 ? args[0] : "functions");
            Settings settings = Settings.of(System.getenv(), functions);
            Platform platform = Platform.start(settings, out);
            Runtime.getRuntime().addShutdownHook(new Thread(platform::close, "stop"));
            greet(out, platform, settings);
        } catch (IOException e) {
            System.err.println("spillway: the settings cannot be checked: " + e.getMessage());
            System.exit(1);
        } catch (SettingsException e) {
            System.err.println("spillway: " + e.getMessage());
            System.exit(CANNOT_START);
        }
        new CountDownLatch(1).await();
    }

    private static void greet(PrintStream out, Platform platform, Settings settings)
            throws IOException {
        String url = "http://127.0.0.1:" + platform.port();
        // The JVM's own start: the process is older when it was a shell that built first.
        long took =
                System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
        out.println();
        out.println("Spillway is ready at " + url + " after " + took + " ms.");
        out.println();
        out.println(
                "  curl -N "
                        + url
                        + "/v1/stream/generate -H 'content-type: application/json'"
                        + " -d '{\"prompt\":\"Tell me about spillways\"}'");
        out.println();
        if (!settings.variables().isEmpty()) {
            tell(out, platform.configuration());
        }
        if (settings.scripted()) {
            out.println("  Scripted stand-ins play OpenAI and Anthropic. Break one:");
            out.println("  curl -X POST '" + url + "/local/providers/openai/break?fault=silent'");
            out.println("  curl -X POST " + url + "/local/providers/openai/heal");
            out.println();
        }
        out.println("Ctrl-C stops it.");
    }

    private static void tell(PrintStream out, Configuration configuration) {
        out.println("  Providers, by route:");
        for (Configuration.Route route : configuration.routes()) {
            out.println("    " + route.name() + ": " + String.join(", ", route.targets()));
        }
        for (Configuration.MissingKey missing : configuration.missingKeys()) {
            out.println(
                    "  Warning: "
                            + missing.key()
                            + " is not set, so "
                            + missing.provider()
                            + " cannot answer"
                            + (missing.key().endsWith("_API_KEY")
                                    ? "."
                                    : "; only names that end with _API_KEY are passed on."));
        }
        out.println();
    }
}
