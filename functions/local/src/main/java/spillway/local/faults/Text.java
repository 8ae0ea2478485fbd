package spillway.local.faults;

/** What every scripted model says when it is well. */
final class Text {
    /** Sixty words, with characters of one to four bytes and some that JSON escapes. */
    static final String WHOLE =
            "A gateway earns its name on the day a provider breaks: it waits no longer than a"
                    + " reader would, asks somebody else, says so, and never calls half an answer"
                    + " whole. What was written stays written; what was lost is"
                    + " \u201clost\u201d, \"aloud\". Price, speed and charm come after, like the"
                    + " caf\u00e9 beside the weir, river \ud83c\udf0a and\nits little door.";

    private Text() {}
}
