package spillway.provider.scripted;

import java.util.ArrayList;
import java.util.List;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.Message;
import spillway.chat.StreamEvent;
import spillway.chat.Usage;

/** What a script says to a request: its words, what they cost and why it ends. */
record ScriptedAnswer(List<String> words, Usage usage, FinishReason reason) {
    private static final List<String> OPENINGS =
            List.of("Certainly.", "Good question.", "Here is what I can say.", "With pleasure.");
    private static final List<String> ENDINGS =
            List.of(
                    "Ask again whenever you like; the script is patient.",
                    "That is all this script knows, and it knows it by heart.",
                    "A real model will have more to say once its key is configured.");

    /** A token is some four characters of English. */
    private static final int CHARS_PER_TOKEN = 4;

    ScriptedAnswer {
        words = List.copyOf(words);
    }

    static ScriptedAnswer to(ChatRequest request) {
        int prompt = request.messages().stream().mapToInt(m -> text(m).length()).sum();
        int seed = request.messages().stream().map(ScriptedAnswer::text).toList().hashCode();
        String answer =
                pick(OPENINGS, seed)
                        + " This is "
                        + request.model()
                        + ", played by a script and not by a model. Your request came with "
                        + request.messages().size()
                        + (request.messages().size() == 1 ? " message" : " messages")
                        + " of "
                        + prompt
                        + " characters, and this answer streams back word by word, as a real one"
                        + " would. "
                        + pick(ENDINGS, seed / OPENINGS.size());
        List<String> words = words(answer);
        Integer most = request.maxTokens();
        int limit = most == null ? words.size() : most;
        boolean cut = limit < words.size();
        List<String> said = cut ? words.subList(0, limit) : words;
        return new ScriptedAnswer(
                said,
                new Usage(1 + prompt / CHARS_PER_TOKEN, said.size(), 0, 0, 0, false),
                cut ? FinishReason.LENGTH : FinishReason.STOP);
    }

    /** All its events after {@link StreamEvent.Opened}. */
    List<StreamEvent> events() {
        List<StreamEvent> events = new ArrayList<>();
        for (String word : words) {
            events.add(new StreamEvent.TextDelta(word));
        }
        events.add(new StreamEvent.UsageReport(usage));
        events.add(new StreamEvent.Finish(reason));
        return events;
    }

    /** Each word with the space before it. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            words.add(words.isEmpty() ? word : " " + word);
        }
        return words;
    }

    private static String pick(List<String> from, int seed) {
        return from.get(Math.floorMod(seed, from.size()));
    }

    private static String text(Message message) {
        return switch (message) {
            case Message.Instructions(var text) -> text;
            case Message.User(var text) -> text;
            case Message.Assistant(var text, _) -> text;
            case Message.ToolResult(_, var text) -> text;
        };
    }
}
