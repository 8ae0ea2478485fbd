package spillway.sse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * WHATWG HTML, 9.2, word by word and over the whole stream at once: what the reader is held to.
 * Slow, and blind to the moment at which something came.
 */
final class SseByTheBook {
    private final List<String> told = new ArrayList<>();
    private StringBuilder data = new StringBuilder();
    private String name = "";
    private String id = "";
    private String lastId = "";
    private boolean inBlock;
    private boolean hasData;

    private SseByTheBook() {}

    /**
     * Each event with its name, its data and the id that holds then; each sign of life; the end.
     */
    static List<String> read(byte[] bytes) {
        // A character for each byte, so that what is no UTF-8 stays what it is.
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        var book = new SseByTheBook();
        String rest = all;
        boolean isFirst = true;
        while (true) {
            int end = endOfLine(rest);
            if (end < 0) {
                book.told.add(book.inBlock || !rest.isEmpty() ? "cut" : "end");
                return book.told;
            }
            String line = rest.substring(0, end);
            book.line(isFirst && line.startsWith("\u00EF\u00BB\u00BF") ? line.substring(3) : line);
            isFirst = false;
            rest = rest.substring(rest.startsWith("\r\n", end) ? end + 2 : end + 1);
        }
    }

    /** As the book has it for one event that the reader has met. */
    static String event(String name, String latinData, String lastId) {
        return name + "|" + latinData + "|" + lastId;
    }

    private static int endOfLine(String text) {
        int lf = text.indexOf('\n');
        int cr = text.indexOf('\r');
        return lf < 0 || cr < 0 ? Math.max(lf, cr) : Math.min(lf, cr);
    }

    private void line(String line) {
        if (line.isEmpty()) {
            dispatch();
        } else if (line.startsWith(":")) {
            told.add("alive");
        } else {
            inBlock = true;
            int colon = line.indexOf(':');
            String value = colon < 0 ? "" : line.substring(colon + 1);
            field(
                    colon < 0 ? line : line.substring(0, colon),
                    value.startsWith(" ") ? value.substring(1) : value);
        }
    }

    private void field(String field, String value) {
        switch (field) {
            case "data" -> {
                hasData = true;
                data.append(value).append('\n');
            }
            case "event" -> name = value;
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            // The time to wait is told by the tests of the reader.
            default -> {}
        }
    }

    private void dispatch() {
        if (!inBlock) {
            return;
        }
        lastId = id;
        if (hasData) {
            String whole = data.substring(0, data.length() - 1);
            told.add(event(name.isEmpty() ? "message" : utf8(name), whole, utf8(lastId)));
        } else {
            told.add("alive");
        }
        data = new StringBuilder();
        name = "";
        inBlock = false;
        hasData = false;
    }

    private static String utf8(String latin) {
        return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
