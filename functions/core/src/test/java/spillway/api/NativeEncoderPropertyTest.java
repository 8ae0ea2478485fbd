package spillway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import spillway.json.Json;
import spillway.json.JsonReader;
import spillway.json.Mistakes;
import spillway.sse.Chopped;
import spillway.sse.SseEncoder;
import spillway.sse.SseReader;

class NativeEncoderPropertyTest {

    /** Whatever a model says, and wherever a provider cuts it in two, its reader gets it whole. */
    @Property
    void givesAReaderTheTextAsTheModelSaidIt(
            @ForAll @Size(max = 8) List<@From("deltas") String> deltas,
            @ForAll boolean forEventSource,
            @ForAll @NotEmpty @Size(max = 6) List<@IntRange(min = 1, max = 60) Integer> sizes)
            throws IOException {
        NativeEncoder encoder =
                forEventSource
                        ? NativeEncoder.forEventSource("req-1")
                        : NativeEncoder.plain("req-1");
        var out = new SseEncoder();
        encoder.event(Samples.START, out);
        for (String delta : deltas) {
            encoder.event(Samples.text(delta), out);
            encoder.heartbeat(out);
        }
        encoder.event(Samples.DONE, out);
        byte[] written = Arrays.copyOf(out.buffer(), out.length());

        var heard =
                Heard.of(
                        new Chopped(written, sizes.stream().mapToInt(Integer::intValue).toArray()));

        assertThat(heard.text()).isEqualTo(String.join("", deltas));
        assertThat(heard.names()).startsWith("start").endsWith("done");
        assertThat(heard.names()).hasSize(deltas.size() + 2);
    }

    @Provide
    Arbitrary<String> deltas() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMinLength(1).ofMaxLength(30),
                Arbitraries.strings()
                        .withChars("\n\r\0\u0085\u2028\"\\{}: \uFEFF\uD83D\uDE00\u00e9")
                        .ofMinLength(1)
                        .ofMaxLength(10));
    }

    /** What a client makes of the bytes. */
    private record Heard(List<String> names, String text) {
        static Heard of(Chopped in) throws IOException {
            List<String> names = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            SseReader reader = new SseReader(in);
            SseReader.Signal signal;
            do {
                signal = reader.next();
                if (signal == SseReader.Signal.EVENT) {
                    names.add(reader.name());
                    text.append(textOf(reader));
                }
            } while (signal != SseReader.Signal.END && signal != SseReader.Signal.CUT);
            assertThat(signal).isEqualTo(SseReader.Signal.END);
            return new Heard(names, text.toString());
        }

        private static String textOf(SseReader reader) {
            byte[] data = Arrays.copyOf(reader.data(), reader.dataLength());
            // Half of a character is noted as a mistake, and kept.
            var whole = (Json.Obj) JsonReader.strict().read(data, new Mistakes()).orElseThrow();
            return reader.name().equals("text")
                    ? ((Json.Text) Objects.requireNonNull(whole.members().get("text"))).value()
                    : "";
        }
    }
}
