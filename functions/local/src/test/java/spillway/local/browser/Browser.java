package spillway.local.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium with one page. Used by one thread; closing ends it and its profile. */
public final class Browser implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    private static final int PATIENCE_SECONDS = 15;

    private final Process process;
    private final Path profile;
    private final DevTools page;

    private Browser(Process process, Path profile, DevTools page) {
        this.process = process;
        this.profile = profile;
        this.page = page;
    }

    /** The browser that {@code CHROMIUM} names, or the first one on the path. */
    public static Optional<Path> find() {
        String named = System.getenv("CHROMIUM");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts the browser and opens the page. */
    public static Browser open(Path program, String url) throws IOException {
        Path profile = Files.createTempDirectory("spillway-browser");
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--disable-dev-shm-usage",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectErrorStream(true)
                        .start();
        try {
            URI address = address(process);
            try (DevTools browser = new DevTools(address)) {
                JsonNode target = browser.call("Target.createTarget", Map.of("url", url));
                String id = target.get("targetId").asText();
                DevTools page = new DevTools(address.resolve("/devtools/page/" + id));
                return new Browser(process, profile, page);
            }
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** It says where it listens, and then other things that must be read to keep it going. */
    private static URI address(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int at = line.indexOf("ws://");
            if (at >= 0) {
                Thread.ofVirtual().start(() -> drain(lines));
                return URI.create(line.substring(at).strip());
            }
        }
        throw new IOException("the browser ended without saying where it listens");
    }

    private static void drain(BufferedReader lines) {
        try {
            while (lines.readLine() != null) {}
        } catch (IOException _) {
            // It has ended.
        }
    }

    /** The value of an expression, as text; of a promise, what it is kept with. */
    public String eval(String expression) throws IOException {
        JsonNode result =
                page.call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                expression,
                                "awaitPromise",
                                true,
                                "returnByValue",
                                true));
        if (result.has("exceptionDetails")) {
            throw new IOException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.get("result").path("value").asText();
    }

    /** Waits until the expression is true. */
    public void await(String expression) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isMet(expression)) {
            if (System.nanoTime() > until) {
                throw new IOException(
                        "not within "
                                + PATIENCE_SECONDS
                                + " s: "
                                + expression
                                + "; the page says: "
                                + text("body"));
            }
        }
    }

    /** Looks for a moment, in the page itself. */
    private boolean isMet(String expression) {
        try {
            return eval("new Promise(done => { const until = Date.now() + 500;"
                            + " const look = () => { let met = false;"
                            + " try { met = !!("
                            + expression
                            + "); } catch { /* not yet */ }"
                            + " if (met || Date.now() > until) done(met);"
                            + " else setTimeout(look, 20); }; look(); })")
                    .equals("true");
        } catch (IOException _) {
            // A page that is being loaded has nothing to look at.
            return false;
        }
    }

    /** The text that a reader sees in the first element of that selector. */
    public String text(String selector) throws IOException {
        return eval("document.querySelector('" + selector + "').innerText");
    }

    /** Clicks as a user does: with the mouse, in the middle of the element. */
    public void click(String selector) throws IOException {
        String at =
                eval(
                        "(() => { const e = document.querySelector('"
                                + selector
                                + "'); e.scrollIntoView({block: 'center'});"
                                + " const r = e.getBoundingClientRect();"
                                + " return (r.x + r.width / 2) + ' ' + (r.y + r.height / 2); })()");
        double x = Double.parseDouble(at.split(" ", -1)[0]);
        double y = Double.parseDouble(at.split(" ", -1)[1]);
        for (String type : List.of("mousePressed", "mouseReleased")) {
            page.call(
                    "Input.dispatchMouseEvent",
                    Map.of("type", type, "x", x, "y", y, "button", "left", "clickCount", 1));
        }
    }

    /** Replaces what is in a field by what is typed. */
    public void type(String selector, String text) throws IOException {
        eval("document.querySelector('" + selector + "').select()");
        page.call("Input.insertText", Map.of("text", text));
    }

    /** The window's size, and whether the user likes it dark. */
    public void window(int width, int height, boolean dark) throws IOException {
        page.call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        page.call(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        dark ? "dark" : "light"))));
    }

    /** A picture of the window. */
    public void picture(Path file) throws IOException {
        String png = page.call("Page.captureScreenshot", Map.of()).get("data").asText();
        Files.write(file, Base64.getDecoder().decode(png));
    }

    @Override
    public void close() throws IOException {
        page.close();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).forEach(Browser::delete);
        } catch (UncheckedIOException _) {
            // A process of the browser's has just removed what was listed; see below.
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // A process of the browser's may still write there; the folder is a temporary one.
        }
    }
}
