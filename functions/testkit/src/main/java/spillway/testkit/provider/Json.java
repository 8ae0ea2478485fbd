package spillway.testkit.provider;

/** Just enough JSON to write, and to read back a string. */
final class Json {
    private Json() {}

    /** The text as a JSON string, quotes included. */
    static String string(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ') {
                        json.append("\\u00").append(Character.forDigit(c >> 4, 16));
                        json.append(Character.forDigit(c & 15, 16));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }

    /** The value of the JSON string that opens at that place; what is cut ends where it is cut. */
    static String stringAt(String json, int opening) {
        StringBuilder value = new StringBuilder();
        int at = opening + 1;
        while (at < json.length() && json.charAt(at) != '"') {
            char c = json.charAt(at++);
            if (c != '\\' || at == json.length()) {
                value.append(c);
                continue;
            }
            char escaped = json.charAt(at++);
            switch (escaped) {
                case 'n' -> value.append('\n');
                case 'r' -> value.append('\r');
                case 't' -> value.append('\t');
                case 'b' -> value.append('\b');
                case 'f' -> value.append('\f');
                case 'u' -> {
                    int end = Math.min(at + 4, json.length());
                    value.append((char) Integer.parseInt(json.substring(at, end), 16));
                    at = end;
                }
                default -> value.append(escaped);
            }
        }
        return value.toString();
    }
}
