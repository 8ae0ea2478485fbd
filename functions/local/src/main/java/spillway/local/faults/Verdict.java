package spillway.local.faults;

/** What Failover Bench says of a system in a scenario, by its methodology v0.1. */
enum Verdict {
    /** The reader got what was right, and the system behaved. */
    PASS("pass"),
    /** The reader got what was right, but some advice was not followed. */
    PARTIAL("partial"),
    /** A clean error within bounds. */
    SAFE("safe"),
    /** A hang, a cut answer presented as whole, or a rule broken. */
    FAIL("**fail**");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    static Verdict of(char letter) {
        return switch (letter) {
            case 'P' -> PASS;
            case 'A' -> PARTIAL;
            case 'S' -> SAFE;
            case 'F' -> FAIL;
            default -> throw new IllegalArgumentException("no verdict " + letter);
        };
    }
}
