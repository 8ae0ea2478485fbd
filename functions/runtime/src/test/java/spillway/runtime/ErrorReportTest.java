package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorReportTest {
    @ParameterizedTest
    @CsvSource({
        "UpstreamFailed, Function.UpstreamFailed",
        "Function.UpstreamFailed, Function.UpstreamFailed",
        "upstream_failed, Function.Upstreamfailed",
        "http502, Function.Http",
        "'a\r\nb', Function.Ab",
        "X, Function.Unknown",
        "'', Function.Unknown",
        "{|}@[`, Function.Unknown"
    })
    void makesNamesThatThePlatformTakes(String name, String type) {
        assertThat(ErrorReport.named(name, "").type()).isEqualTo(type);
    }

    @Test
    void boundsNameAndMessage() {
        var report = ErrorReport.named("A".repeat(5_000), "m".repeat(5_000));

        assertThat(report.type()).hasSize("Function.".length() + 120);
        assertThat(report.message()).hasSize(1_000);
        assertThat(report.base64()).doesNotContain("\n", "\r").hasSizeLessThan(2_000);
    }

    @Test
    void namesAnonymousExceptionsByTheirFullName() {
        var report = ErrorReport.of(new IOException("secret") {});

        assertThat(report.type()).isEqualTo("Function.Unknown");
        assertThat(report.message()).contains("ErrorReportTest$1").doesNotContain("secret");
    }

    @Test
    void escapesItsMessage() {
        var report = ErrorReport.named("Oops", "a\"b\\c\r\n\t\u0001\u007f");

        assertThat(new String(report.json(), UTF_8))
                .isEqualTo(
                        "{\"errorMessage\":\"a\\\"b\\\\c\\r\\n\\t\\u0001\\u007f\","
                                + "\"errorType\":\"Function.Oops\",\"stackTrace\":[]}");
    }
}
