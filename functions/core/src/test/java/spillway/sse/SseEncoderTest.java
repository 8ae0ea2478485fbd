package spillway.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseEncoderTest {
    private final SseEncoder encoder = new SseEncoder();

    @Test
    void writesNameIdAndData() {
        encoder.event("text", "7", "{\"text\":\"hi\"}");

        assertThat(written()).isEqualTo("event: text\nid: 7\ndata: {\"text\":\"hi\"}\n\n");
    }

    @Test
    void leavesOutWhatAnEventDoesNotHave() {
        encoder.event("", null, "[DONE]");

        assertThat(written()).isEqualTo("data: [DONE]\n\n");
    }

    @Test
    void takesDataThatIsBytesAlready() {
        byte[] data = "..{\"a\":\"ü\"}..".getBytes(StandardCharsets.UTF_8);

        encoder.event("x", null, data, 2, data.length - 4);

        assertThat(written()).isEqualTo("event: x\ndata: {\"a\":\"ü\"}\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\r\nb"})
    void givesEachLineOfDataItsOwnLine(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);

        encoder.event("", null, data);
        encoder.event("", null, bytes, 0, bytes.length);
        encoder.comment(data);

        assertThat(written()).isEqualTo("data: a\ndata: b\n\ndata: a\ndata: b\n\n: a\n: b\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n", "a\r", "a\r\n"})
    void keepsABreakAtTheEndOfData(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);

        encoder.event("", null, data);
        encoder.event("", null, bytes, 0, bytes.length);

        assertThat(written()).isEqualTo("data: a\ndata: \n\ndata: a\ndata: \n\n");
    }

    @Test
    void writesCommentAndRetry() {
        encoder.comment("ping");
        encoder.retry(Duration.ofMillis(1500));

        assertThat(written()).isEqualTo(": ping\n\nretry: 1500\n\n");
    }

    @Test
    void writesEveryWidthOfCharacter() {
        String text = "a\u007f\u0080\u07ff\u0800\uffff€ß漢\uD83D\uDE00\uDBFF\uDFFF";

        encoder.event("", null, text);

        assertThat(written()).isEqualTo("data: " + text + "\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "\uDE00", "\uD83Dx", "\uDE00\uD83D"})
    void replacesLoneSurrogates(String lone) {
        encoder.event("", null, lone);

        assertThat(written())
                .isEqualTo("data: " + lone.replaceAll("[\uD800-\uDFFF]", "?") + "\n\n");
    }

    @Test
    void growsAndIsUsedAgain() {
        String large = "x".repeat(100_000);

        encoder.event("", null, large);
        assertThat(written()).isEqualTo("data: " + large + "\n\n");

        byte[] grown = encoder.buffer();
        encoder.clear();
        encoder.event("", null, "small");
        assertThat(written()).isEqualTo("data: small\n\n");
        assertThat(encoder.buffer()).isSameAs(grown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb"})
    void refusesALineBreakInNameOrId(String broken) {
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.event(broken, null, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.event("", broken, ""));
    }

    @Test
    void refusesWhatTheWireCannotCarry() {
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.event("", "a\0b", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.retry(Duration.ofMillis(-1)));
        assertThat(encoder.length()).isZero();
    }

    private String written() {
        return new String(encoder.buffer(), 0, encoder.length(), StandardCharsets.UTF_8);
    }
}
