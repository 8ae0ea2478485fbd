package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import spillway.aws.config.Environment;

/** Replays each sample of {@code events/} through the handler of its function. */
class EventSamplesTest {
    private static final Spillway SPILLWAY =
            Spillway.fromEnvironment(Environment.of(Map.of("SPILLWAY_ROUTES", Samples.ROUTES)));

    @TestFactory
    Stream<DynamicTest> everySampleIsAnsweredAsItShould() {
        return Samples.all().stream()
                .map(sample -> DynamicTest.dynamicTest(sample.file(), () -> replay(sample)));
    }

    @Test
    void everySampleHasItsExpectation() throws IOException {
        try (Stream<Path> files = Files.list(Samples.FOLDER)) {
            Set<String> there =
                    files.map(file -> file.getFileName().toString())
                            .collect(Collectors.toCollection(TreeSet::new));

            assertThat(there)
                    .isEqualTo(
                            Samples.all().stream()
                                    .map(Samples.Sample::file)
                                    .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    private static void replay(Samples.Sample sample) throws Exception {
        try (var function = RunningFunction.start(handler(sample.function()))) {
            sample.check(function.call(sample.event()));
        }
    }

    private static RequestStreamHandler handler(String function) {
        return switch (function) {
            case "generate" -> SPILLWAY.generate();
            case "stream" -> SPILLWAY.stream();
            case "provider-status" -> SPILLWAY.providerStatus();
            case "health-probe" -> SPILLWAY.healthProbe();
            default -> throw new IllegalArgumentException(function);
        };
    }
}
