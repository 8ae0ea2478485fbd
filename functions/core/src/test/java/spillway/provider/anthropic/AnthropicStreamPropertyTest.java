package spillway.provider.anthropic;

import java.time.Clock;
import java.util.List;
import spillway.provider.http.StreamDecoder;
import spillway.provider.http.StreamDecoderProperties;
import spillway.provider.http.WireSample;

class AnthropicStreamPropertyTest extends StreamDecoderProperties {
    private static final String START =
            event(
                    "message_start",
                    ",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}");
    private static final String STOP = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    @Override
    protected StreamDecoder decoder() {
        return new AnthropicStreamDecoder(Clock.systemUTC());
    }

    @Override
    protected List<WireSample> samples() {
        String texts =
                START
                        + event(
                                "content_block_start",
                                ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                        + event("ping", "")
                        + text("caf\u00e9 ")
                        + text("\uD83D\uDE00 \\ud83d\\ude00")
                        + event("content_block_stop", ",\"index\":0");
        String call =
                event(
                                "content_block_start",
                                ",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"weather\",\"input\":{}}")
                        + json("{\\\"city\\\":")
                        + json("\\\"Oslo\\\"}");
        String thinking =
                event(
                                "content_block_start",
                                ",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}")
                        + event(
                                "content_block_delta",
                                ",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}")
                        + event(
                                "content_block_delta",
                                ",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"s\"}");
        return List.of(
                new WireSample("text", texts + told("end_turn") + STOP, STOP),
                new WireSample(
                        "a tool call",
                        texts
                                + call
                                + event("content_block_stop", ",\"index\":1")
                                + told("tool_use")
                                + STOP,
                        STOP),
                new WireSample(
                        "a tool call at the limit", START + call + told("max_tokens") + STOP, STOP),
                new WireSample(
                        "thinking", START + thinking + text("a") + told("end_turn") + STOP, STOP),
                new WireSample(
                        "no names of events",
                        texts.replaceAll("event: .*\n", "") + told("end_turn") + STOP,
                        STOP),
                new WireSample("the last event missing", texts + told("end_turn"), ""),
                new WireSample("a stop without a reason", texts + STOP, ""),
                new WireSample("cut in a tool call", START + call, ""),
                new WireSample("a pause", texts + told("pause_turn") + STOP, ""),
                new WireSample(
                        "an error in the stream",
                        texts
                                + event(
                                        "error",
                                        ",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}")
                                + STOP,
                        ""),
                new WireSample("no JSON", texts + "data: <html>\n\n" + STOP, ""));
    }

    @Override
    protected List<String> costlyEvents() {
        return List.of(
                "{\"type\":\"message_start\",\"message\":[" + "[],".repeat(340_000) + "[]]}",
                "{\"type\":\"message_start\",\"message\":{\"usage\":["
                        + "{},".repeat(340_000)
                        + "{}]}}",
                "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"id\":\"a\","
                        + "\"name\":\"b\",\"input\":{\"x\":["
                        + "[],".repeat(340_000)
                        + "[]]}}}",
                "{\"error\":[" + "{},".repeat(340_000) + "{}]}",
                "{\"hologram\":[" + "[],".repeat(340_000) + "[]]}",
                "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\""
                        + "\\u00e9".repeat(170_000)
                        + "\"}}");
    }

    private static String text(String text) {
        return event(
                "content_block_delta",
                ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
    }

    private static String json(String part) {
        return event(
                "content_block_delta",
                ",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\""
                        + part
                        + "\"}");
    }

    private static String told(String reason) {
        return event(
                "message_delta",
                ",\"delta\":{\"stop_reason\":\"" + reason + "\"},\"usage\":{\"output_tokens\":4}");
    }

    private static String event(String type, String rest) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + rest + "}\n\n";
    }
}
