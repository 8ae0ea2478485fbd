package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import spillway.chat.ProviderFailure;
import spillway.sse.Allocated;
import spillway.sse.Chopped;

/** What holds of every vendor's streams, however they are cut up and whatever befalls them. */
public abstract class StreamDecoderProperties {
    private static final List<String> LINE_ENDS = List.of("\n", "\r\n", "\r");

    /** The most that a byte of an event may cost while it is read, on average. */
    private static final int MOST_PER_BYTE = 100;

    /** A new decoder of the vendor's. */
    protected abstract StreamDecoder decoder();

    /** Whole streams and broken ones. */
    protected abstract List<WireSample> samples();

    /**
     * Events as large as a line may be, each made to cost as much as it can: JSON that becomes many
     * small things.
     */
    protected abstract List<String> costlyEvents();

    @Example
    void tellsTheSameAtEverySplit() {
        for (WireSample sample : samples()) {
            for (String lineEnd : LINE_ENDS) {
                byte[] bytes = sample.bytes(lineEnd);
                Told whole = read(bytes, bytes.length);
                assertThat(whole.isWhole()).as(sample.name()).isEqualTo(sample.isWhole());
                for (int split = 1; split < bytes.length; split++) {
                    assertThat(read(bytes, split, bytes.length))
                            .as(
                                    "%s, %d bytes a line end, split at %d",
                                    sample, lineEnd.length(), split)
                            .isEqualTo(whole);
                }
                assertThat(read(bytes, 1)).as("%s byte by byte", sample).isEqualTo(whole);
            }
        }
    }

    @Example
    void skipsAByteOrderMark() {
        for (WireSample sample : samples()) {
            byte[] bytes = ("\uFEFF" + sample.text()).getBytes(StandardCharsets.UTF_8);
            Told plain = read(sample.bytes("\n"), bytes.length);

            for (int split = 1; split < 6; split++) {
                assertThat(read(bytes, split, bytes.length)).as(sample.name()).isEqualTo(plain);
            }
        }
    }

    @Example
    void isCutOffWhereverItIsCut() {
        for (WireSample sample : samples()) {
            for (String lineEnd : LINE_ENDS) {
                byte[] bytes = sample.bytes(lineEnd);
                Told whole = read(bytes, bytes.length);
                int wholeFrom = sample.isWhole() ? sample.wholeFrom(lineEnd) : bytes.length;
                for (int cut = 0; cut < bytes.length; cut++) {
                    Told told = read(Arrays.copyOf(bytes, cut), bytes.length);

                    told.assertSound();
                    assertThat(whole.content().subList(0, told.content().size()))
                            .as("%s cut at %d", sample, cut)
                            .isEqualTo(told.content());
                    if (cut >= wholeFrom) {
                        assertThat(told.events().getLast())
                                .as("%s cut at %d", sample, cut)
                                .isEqualTo(whole.events().getLast());
                    } else if (sample.isWhole()) {
                        assertThat(told.failure())
                                .as("%s cut at %d", sample, cut)
                                .isInstanceOf(ProviderFailure.CutOff.class);
                    } else {
                        assertThat(told.failure()).as("%s cut at %d", sample, cut).isNotNull();
                    }
                }
            }
        }
    }

    @Property
    void endsInOneOfTwoWaysWhateverBefallsIt(
            @ForAll @From("damages") Damage damage,
            @ForAll @NotEmpty @Size(max = 6) List<@IntRange(min = 1, max = 99) Integer> sizes) {
        byte[] bytes = damage.done(damage.sample().bytes(damage.lineEnd()));

        Told told =
                Told.of(
                        new Chopped(bytes, sizes.stream().mapToInt(Integer::intValue).toArray()),
                        decoder());

        told.assertSound();
        assertThat(told).isEqualTo(read(bytes, bytes.length + 1));
    }

    /** However broken what comes before it: without its decisive event no answer is whole. */
    @Property
    void isNeverWholeWithoutItsDecisiveEvent(@ForAll @From("damagesOfTheWhole") Damage damage) {
        byte[] bytes = damage.sample().bytes(damage.lineEnd());
        byte[] before = Arrays.copyOf(bytes, damage.sample().decisiveFrom(damage.lineEnd()));

        Told told = read(damage.done(before), bytes.length);

        assertThat(told.failure()).isNotNull();
    }

    @Property
    void survivesAnyEvents(
            @ForAll @From("eventTexts") String data, @ForAll @From("eventNames") String name) {
        byte[] bytes =
                ("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);

        read(bytes, bytes.length).assertSound();
    }

    @Example
    void paysNoMoreForAnEventThanItsBytesAreWorth() throws Exception {
        // What is loaded once is not an event's.
        samples().forEach(sample -> read(sample.bytes("\n"), 8192));
        for (String event : costlyEvents()) {
            byte[] bytes = ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
            assertThat(bytes.length).isGreaterThan(1_000_000);

            long allocated = Allocated.by(() -> read(bytes, 8192));

            assertThat(allocated / bytes.length)
                    .as("bytes for each byte of %s…", event.substring(0, 60))
                    .isLessThan(MOST_PER_BYTE);
        }
    }

    @Provide
    Arbitrary<Damage> damages() {
        return damages(samples());
    }

    @Provide
    Arbitrary<Damage> damagesOfTheWhole() {
        return damages(samples().stream().filter(WireSample::isWhole).toList());
    }

    private static Arbitrary<Damage> damages(List<WireSample> samples) {
        return Combinators.combine(
                        Arbitraries.of(samples),
                        Arbitraries.of(LINE_ENDS),
                        edits().list().ofMinSize(1).ofMaxSize(4))
                .as(Damage::new);
    }

    private static Arbitrary<Edit> edits() {
        Arbitrary<String> with =
                Arbitraries.oneOf(
                        Arbitraries.strings()
                                .withCharRange('\0', '\u00FF')
                                .ofMinLength(1)
                                .ofMaxLength(4),
                        Arbitraries.of(
                                "\n",
                                "\r",
                                "\r\n",
                                "\n\n",
                                "\"",
                                "\\",
                                "{",
                                "}",
                                "[",
                                "]",
                                ",",
                                ":",
                                "null",
                                "0",
                                "-1",
                                "1e999",
                                "\u00EF\u00BB\u00BF",
                                "\0",
                                "\\ud83d",
                                ": ping\n",
                                "data: ",
                                "data: {}\n\n",
                                "event: error\n"));
        return Combinators.combine(
                        Arbitraries.of(Edit.Kind.values()),
                        Arbitraries.integers().between(0, 4000),
                        Arbitraries.integers().between(1, 120),
                        with)
                .as(Edit::new);
    }

    /** JSON of the vendor's own words, put together at random. */
    @Provide
    Arbitrary<String> eventTexts() {
        return json(3);
    }

    @Provide
    Arbitrary<String> eventNames() {
        return Arbitraries.of("message", "error", "message_stop", "ping", "content_block_delta");
    }

    private Arbitrary<String> json(int depth) {
        Arbitrary<String> leaf =
                Arbitraries.of(
                        "null",
                        "true",
                        "0",
                        "1",
                        "-1",
                        "7.5",
                        "1e400",
                        "99999999999999999999",
                        "\"\"",
                        "\"x\"",
                        "\"stop\"",
                        "\"tool_use\"",
                        "\"text_delta\"",
                        "\"text\"",
                        "\"message_start\"",
                        "\"message_delta\"",
                        "\"content_block_start\"",
                        "\"content_block_delta\"",
                        "\"input_json_delta\"",
                        "\"error\"",
                        "[]",
                        "{}");
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<String> name =
                Arbitraries.of(
                        "choices",
                        "delta",
                        "content",
                        "tool_calls",
                        "index",
                        "id",
                        "function",
                        "name",
                        "arguments",
                        "finish_reason",
                        "usage",
                        "prompt_tokens",
                        "error",
                        "type",
                        "code",
                        "message",
                        "content_block",
                        "text",
                        "thinking",
                        "input",
                        "partial_json",
                        "stop_reason",
                        "input_tokens",
                        "output_tokens",
                        "refusal");
        Arbitrary<String> member =
                Combinators.combine(name, json(depth - 1))
                        .as((key, value) -> "\"" + key + "\":" + value);
        return Arbitraries.oneOf(
                leaf,
                member.list().ofMaxSize(5).map(members -> "{" + String.join(",", members) + "}"),
                json(depth - 1)
                        .list()
                        .ofMaxSize(3)
                        .map(elements -> "[" + String.join(",", elements) + "]"));
    }

    private Told read(byte[] bytes, int... sizes) {
        return Told.of(new Chopped(bytes, sizes), decoder());
    }

    /** What befalls which stream. */
    record Damage(WireSample sample, String lineEnd, List<Edit> edits) {
        byte[] done(byte[] bytes) {
            byte[] damaged = bytes;
            for (Edit edit : edits) {
                damaged = edit.of(damaged);
            }
            return damaged;
        }
    }
}
