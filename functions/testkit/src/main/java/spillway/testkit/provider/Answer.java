package spillway.testkit.provider;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a healthy server says, and how fast. {@code %s} in the text becomes the model's name. */
record Answer(String text, Duration firstTokenDelay, Duration tokenDelay) {
    /** So many words of it in a request are no accident. */
    private static final int OPENING = 3;

    /** So many words are said again by a model that is told to begin with the last words. */
    private static final int ANCHOR = 6;

    private static final Pattern TOKEN = Pattern.compile("\\s*\\S+|\\s+$");

    static final Answer DEFAULT =
            new Answer(
                    "Hello, this is %s, answering from a script. Your question has arrived whole,"
                            + " and this answer comes back word by word, at the pace of a model that"
                            + " has all the time in the world and little else to say today.",
                    Duration.ofMillis(20), Duration.ofMillis(20));

    /** The text as the server sends it: each word with the space before it. */
    List<String> tokens(String model) {
        return tokensOf(text.replace("%s", model));
    }

    /**
     * What it says to this request: all of the text, or, when the request brings the beginning of
     * it, what a model would say to go on from there.
     */
    List<String> tokens(Attempt attempt, Fault.@Nullable Continuing how) {
        List<String> all = tokens(attempt.model());
        String begun = begun(attempt, all);
        if (begun == null || how == Fault.Continuing.FROM_THE_START) {
            return all;
        }
        if (how == Fault.Continuing.ELSEWHERE) {
            return tokensOf("Something else altogether, which nobody could take for the rest.");
        }
        List<String> said = tokensOf(begun);
        boolean atThePoint = how == Fault.Continuing.AT_THE_POINT || attempt.endsWithAssistant();
        List<String> words = new ArrayList<>();
        if (!atThePoint) {
            String last =
                    String.join("", said.subList(Math.max(0, said.size() - ANCHOR), said.size()));
            words.addAll(tokensOf(last.stripLeading()));
        }
        String whole = String.join("", all);
        words.addAll(
                whole.startsWith(begun)
                        ? tokensOf(whole.substring(begun.length()))
                        : all.subList(Math.min(said.size(), all.size()), all.size()));
        return words;
    }

    private static @Nullable String begun(Attempt attempt, List<String> all) {
        if (all.size() < OPENING) {
            return null;
        }
        return attempt.valueThatBegins(String.join("", all.subList(0, OPENING)));
    }

    private static List<String> tokensOf(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            tokens.add(token.group());
        }
        return tokens;
    }
}
