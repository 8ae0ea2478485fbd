package spillway.testkit.provider;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a healthy server says, and how fast. {@code %s} in the text becomes the model's name. */
record Answer(String text, Duration firstTokenDelay, Duration tokenDelay) {
    private static final Pattern TOKEN = Pattern.compile("\\s*\\S+|\\s+$");

    static final Answer DEFAULT =
            new Answer(
                    "Hello, this is %s, answering from a script. Your question has arrived whole,"
                            + " and this answer comes back word by word, at the pace of a model that"
                            + " has all the time in the world and little else to say today.",
                    Duration.ofMillis(20), Duration.ofMillis(20));

    /** The text as the server sends it: each word with the space before it. */
    List<String> tokens(String model) {
        List<String> tokens = new ArrayList<>();
        Matcher token = TOKEN.matcher(text.replace("%s", model));
        while (token.find()) {
            tokens.add(token.group());
        }
        return tokens;
    }
}
