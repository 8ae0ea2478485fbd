package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import spillway.testkit.lambda.RuntimeApi;
import spillway.testkit.lambda.RuntimeApiOptions;

/** What holds for each packaged function; its module's {@code PackageIT} says which it is. */
public abstract class PackagedFunction {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Duration START = Duration.ofSeconds(60);

    private final String function;
    private final String handler;

    protected PackagedFunction(String function, Class<?> main) {
        this.function = function;
        this.handler = main.getName();
    }

    @Test
    void answersEachSampleAsAProcessOfItsOwn() throws Exception {
        try (RuntimeApi api = RuntimeApi.start()) {
            Process process = start(api, Map.of());
            try {
                assertThat(api.awaitReady(START)).isTrue();
                for (Samples.Sample sample : Samples.of(function)) {
                    sample.check(
                            RunningFunction.Answer.of(
                                    api.invoke(
                                            Files.readAllBytes(
                                                    Samples.FOLDER.resolve(sample.file())),
                                            RunningFunction.TIMEOUT)));
                }
            } finally {
                end(process);
            }
        }
    }

    @Test
    void answersAfterASnapshotWasRestored() throws Exception {
        try (RuntimeApi api = RuntimeApi.start(RuntimeApiOptions.DEFAULT.withSnapStart())) {
            Process process = start(api, Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"));
            try {
                assertThat(api.awaitSnapshot(START)).isTrue();
                api.restore();
                Samples.Sample sample = Samples.of(function).getFirst();
                sample.check(
                        RunningFunction.Answer.of(
                                api.invoke(
                                        Files.readAllBytes(Samples.FOLDER.resolve(sample.file())),
                                        RunningFunction.TIMEOUT)));
            } finally {
                end(process);
            }
        }
    }

    @Test
    void aProcessThatCannotBeConfiguredSaysWhyInTheLogAndEnds() throws Exception {
        try (RuntimeApi api = RuntimeApi.start()) {
            Process process = start(api, Map.of("SPILLWAY_ROUTES", "{\"routes\": 1}"));
            try {
                assertThat(api.awaitStartError(START)).isPresent();
                String printed =
                        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(printed).contains("misconfigured", "SPILLWAY_ROUTES:1:");
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isNotZero();
            } finally {
                end(process);
            }
        }
    }

    @Test
    void tellsTheLicenceOfEachJar() throws IOException {
        String list = Files.readString(TARGET.resolve("function/THIRD-PARTY.md"));
        List<String> named =
                Pattern.compile("`([a-z0-9.-]+)`")
                        .matcher(list)
                        .results()
                        .map(word -> word.group(1))
                        .toList();

        try (Stream<Path> jars = Files.list(TARGET.resolve("function/lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .filteredOn(jar -> !jar.startsWith("spillway-"))
                    .isNotEmpty()
                    .allMatch(jar -> named.stream().anyMatch(jar::startsWith));
        }
    }

    @Test
    void theZipHoldsTheWrapperToBeRunAndThinJars() throws IOException {
        try (ZipFile zip = zip()) {
            Map<String, ZipEntry> entries = entries(zip);

            assertThat(entries).containsKey("run.sh").containsKey("lib/");
            assertThat(entries.keySet())
                    .filteredOn(name -> !name.endsWith("/"))
                    .allMatch(
                            name -> name.matches("run.sh|LICENSE|THIRD-PARTY.md|lib/[^/]+\\.jar"));
            assertThat(entries.keySet())
                    .noneMatch(name -> name.matches(".*(DynamoDBLocal|testkit|junit|sqlite).*"))
                    .noneMatch(name -> name.matches(".*(netty|apache5?-client).*"))
                    .anyMatch(name -> name.startsWith("lib/spillway-" + function))
                    .anyMatch(name -> name.startsWith("lib/log4j-core"));
            assertThat(entries.values().stream().mapToLong(ZipEntry::getSize).sum())
                    .isLessThan(40 << 20);
        }
    }

    @Test
    void theBytesOfTheZipDependOnTheSourceAlone() throws IOException {
        List<Path> archives = new ArrayList<>(List.of(TARGET.resolve("function.zip")));
        try (Stream<Path> jars = Files.list(TARGET.resolve("function/lib"))) {
            jars.filter(jar -> jar.getFileName().toString().startsWith("spillway-"))
                    .forEach(archives::add);
        }

        assertThat(archives).hasSizeGreaterThan(3);
        for (Path archive : archives) {
            try (ZipFile zip = new ZipFile(archive.toFile())) {
                assertThat(entries(zip).values())
                        .as(archive.toString())
                        .allSatisfy(
                                entry ->
                                        assertThat(entry.getTimeLocal())
                                                .isEqualTo("2026-01-01T00:00:00"));
            }
        }
    }

    @Test
    void whatIsUnpackedIsWhatIsZipped() throws IOException {
        try (ZipFile zip = zip()) {
            for (ZipEntry entry : entries(zip).values()) {
                Path file = TARGET.resolve("function").resolve(entry.getName());
                if (!entry.isDirectory()) {
                    assertThat(file).hasBinaryContent(zip.getInputStream(entry).readAllBytes());
                }
            }
            assertThat(TARGET.resolve("function/run.sh")).isExecutable();
        }
    }

    private static ZipFile zip() throws IOException {
        return new ZipFile(TARGET.resolve("function.zip").toFile());
    }

    private static Map<String, ZipEntry> entries(ZipFile zip) {
        Map<String, ZipEntry> entries = new TreeMap<>();
        Enumeration<? extends ZipEntry> all = zip.entries();
        while (all.hasMoreElements()) {
            ZipEntry entry = all.nextElement();
            entries.put(entry.getName(), entry);
        }
        return entries;
    }

    private Process start(RuntimeApi api, Map<String, String> more) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(TARGET.resolve("function/run.sh").toString())
                        .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("_HANDLER", handler);
        environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
        environment.put("SPILLWAY_ROUTES", Samples.ROUTES);
        environment.putAll(more);
        return builder.start();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
