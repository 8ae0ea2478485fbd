package spillway.local;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Runs the platform until it is told to stop. */
public final class Main {
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
        } catch (SettingsException e) {
            System.err.println("spillway: " + e.getMessage());
            System.exit(1);
        }
        new CountDownLatch(1).await();
    }

    private static void greet(PrintStream out, Platform platform, Settings settings) {
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
        if (settings.scripted()) {
            out.println(
                    "  Providers: scripted OpenAI and Anthropic, since no keys are set. Break one:");
            out.println("  curl -X POST '" + url + "/local/providers/openai/break?fault=silent'");
            out.println("  curl -X POST " + url + "/local/providers/openai/heal");
        } else {
            out.println("  Providers: as the environment says.");
        }
        out.println();
        out.println("Ctrl-C stops it.");
    }
}
