package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/**
 * What the platform is told of a failure. Of an exception that is its class alone: its message may
 * hold a key or a prompt.
 *
 * @param type {@code Function.} or {@code Runtime.} and a name of letters: what else the platform
 *     gets it replaces by {@code Unknown}
 * @param message for people
 */
record ErrorReport(String type, String message) {
    private static final int LONGEST_NAME = 120;
    private static final int LONGEST_MESSAGE = 1_000;

    ErrorReport {
        if (message.length() > LONGEST_MESSAGE) {
            message = message.substring(0, LONGEST_MESSAGE);
        }
    }

    /** Of an exception that the function threw. */
    static ErrorReport of(Throwable thrown) {
        return of("Function.", thrown.getClass().getSimpleName(), thrown);
    }

    /** Of an exception in a certain step of the start. */
    static ErrorReport of(String step, Throwable thrown) {
        return of("Runtime.", step, thrown);
    }

    /**
     * Of a failure that the function names itself: {@code UpstreamFailed}, or the same with its
     * {@code Function.} before it.
     */
    static ErrorReport named(String name, String message) {
        String bare = name.startsWith("Function.") ? name.substring("Function.".length()) : name;
        return new ErrorReport("Function." + letters(bare), message);
    }

    private static ErrorReport of(String category, String name, Throwable thrown) {
        String message = "The function failed with " + thrown.getClass().getName() + ".";
        return new ErrorReport(category + letters(name), message);
    }

    /** The name as the platform wants it: two letters at least, the first a capital. */
    private static String letters(String name) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < name.length() && letters.length() < LONGEST_NAME; i++) {
            char c = name.charAt(i);
            boolean small = c >= 'a' && c <= 'z';
            if (small || (c >= 'A' && c <= 'Z')) {
                boolean first = letters.isEmpty();
                letters.append(first && small ? (char) (c - 'a' + 'A') : c);
            }
        }
        return letters.length() < 2 ? "Unknown" : letters.toString();
    }

    /** The body of a call to {@code /error}. */
    byte[] json() {
        StringBuilder json = new StringBuilder("{\"errorMessage\":");
        JsonText.quote(json, message);
        json.append(",\"errorType\":");
        JsonText.quote(json, type);
        return json.append(",\"stackTrace\":[]}").toString().getBytes(UTF_8);
    }

    /** The same for a trailer, where a line break would cut the response. */
    String base64() {
        return Base64.getEncoder().encodeToString(json());
    }
}
