package spillway.provider.openai;

import java.time.Clock;
import java.util.List;
import spillway.provider.http.StreamDecoder;
import spillway.provider.http.StreamDecoderProperties;
import spillway.provider.http.WireSample;

class OpenAiStreamPropertyTest extends StreamDecoderProperties {
    private static final String ROLE =
            chunk(
                    "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}");
    private static final String STOP =
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String USAGE =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":1}}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    @Override
    protected StreamDecoder decoder() {
        return new OpenAiStreamDecoder(Clock.systemUTC());
    }

    @Override
    protected List<WireSample> samples() {
        String texts =
                ROLE + text("caf\u00e9 ") + ": ping\n\n" + text("\uD83D\uDE00 \\ud83d\\ude00");
        String call =
                chunk(
                                "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_a\",\"type\":\"function\","
                                        + "\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}}")
                        + chunk(
                                "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}]}}")
                        + chunk(
                                "{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Oslo\\\"}\"}}]}}");
        String toolCalls =
                "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n";
        return List.of(
                new WireSample("text", texts + STOP + USAGE + DONE, STOP),
                new WireSample("text without the last event", texts + STOP, STOP),
                new WireSample("a tool call", ROLE + call + toolCalls + DONE, toolCalls),
                new WireSample(
                        "pretty lines of data",
                        ROLE
                                + "data: {\"choices\":\ndata: [{\"delta\":\ndata:{\"content\":\"x\"}}]}\n\n"
                                + STOP,
                        STOP),
                new WireSample(
                        "reasoning, then a refusal",
                        ROLE
                                + chunk("{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}")
                                + chunk("{\"index\":0,\"delta\":{\"refusal\":\"no\"}}")
                                + STOP,
                        STOP),
                new WireSample("done without a reason", texts + DONE, ""),
                new WireSample("cut in a tool call", ROLE + call, ""),
                new WireSample(
                        "an error in the stream",
                        texts
                                + "data: {\"error\":{\"code\":\"server_error\",\"message\":\"m\"}}\n\n"
                                + STOP,
                        ""),
                new WireSample("no JSON", texts + "data: <html>\n\n" + STOP, ""),
                new WireSample("nothing but pings", ": ping\n\n: ping\n\n", ""));
    }

    @Override
    protected List<String> costlyEvents() {
        return List.of(
                "{\"choices\":[" + "{},".repeat(340_000) + "{}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":["
                        + "{},".repeat(340_000)
                        + "{}]}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":["
                        + "[],".repeat(340_000)
                        + "[]]}}]}",
                "{\"error\":[" + "[],".repeat(340_000) + "[]]}",
                "{\"error\":{" + members() + "}}",
                "{\"hologram\":[" + "[],".repeat(340_000) + "[]]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                        + "\\u00e9".repeat(170_000)
                        + "\"}}]}");
    }

    private static String members() {
        StringBuilder members = new StringBuilder("\"a\":1");
        for (int i = 0; i < 104_000; i++) {
            members.append(",\"").append(Integer.toString(1_000_000 + i, 36)).append("\":{}");
        }
        return members.toString();
    }

    private static String text(String content) {
        return chunk(
                "{\"index\":0,\"delta\":{\"content\":\"" + content + "\"},\"finish_reason\":null}");
    }

    private static String chunk(String choice) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":["
                + choice
                + "]}\n\n";
    }
}
