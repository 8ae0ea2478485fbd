package spillway.runtime;

/**
 * Where the Runtime API is.
 *
 * @param host as a name or a literal, without brackets
 * @param authority what the Host header says
 * @param base the path before {@code /runtime}, with the API's version
 */
record ApiAddress(String host, int port, String authority, String base) {
    private static final String VERSION = "/2018-06-01";

    /**
     * Reads {@code AWS_LAMBDA_RUNTIME_API}: {@code host:port}, {@code [::]:port}, {@code
     * http://host:port/path}; the port is 80 when there is none.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    static ApiAddress parse(String text) {
        String rest = text.startsWith("http://") ? text.substring("http://".length()) : text;
        if (rest.contains("://")) {
            throw unreadable(text, "the Runtime API speaks plain HTTP only");
        }
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        int bracket = authority.lastIndexOf(']');
        int colon = authority.indexOf(':', Math.max(0, bracket));
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (bracket >= 0) {
            if (!host.startsWith("[") || !host.endsWith("]")) {
                throw unreadable(text, "its brackets do not enclose an address");
            }
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw unreadable(text, "it has no host");
        }
        int port = colon < 0 ? 80 : port(text, authority.substring(colon + 1));
        return new ApiAddress(host, port, authority, path + VERSION);
    }

    private static int port(String text, String port) {
        try {
            int number = Integer.parseInt(port);
            if (number > 0 && number < 65_536) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with what would be right.
        }
        throw unreadable(text, "its port is not a number from 1 to 65535");
    }

    private static IllegalArgumentException unreadable(String text, String why) {
        return new IllegalArgumentException(
                "AWS_LAMBDA_RUNTIME_API is '"
                        + text
                        + "': "
                        + why
                        + "; right are host:port and http://host:port/path");
    }
}
