package spillway.attempt;

import java.time.Duration;

/**
 * How long one attempt may keep its reader waiting, each at least 1 ms.
 *
 * @param connect for a connection
 * @param headers from the start to the response headers, while another target could still take over
 * @param firstContent from the start to the first content, while another target could still take
 *     over; and the longest silence of a model that thinks
 * @param lastFirstContent from the start to the headers and the first content when no other target
 *     is left: there is nothing better to do than to wait
 * @param nextEvent between two events once content has come; and the window of the throughput
 * @param thinking from the start to the first content of a model that shows life, by pings or by
 *     empty pieces, without a silence as long as {@code firstContent}; zero, or less than that
 *     timer, when life counts for nothing
 * @param throughput the characters per second, of text, reasoning and arguments of tools, that must
 *     come in each window of waiting once content has come; 0 for none
 */
public record Timers(
        Duration connect,
        Duration headers,
        Duration firstContent,
        Duration lastFirstContent,
        Duration nextEvent,
        Duration thinking,
        int throughput) {

    /**
     * A model on a processor at home says 10 characters a second and more; a token every two
     * seconds is 2 or 3.
     */
    private static final int DEFAULT_THROUGHPUT = 3;

    public static final Timers DEFAULT =
            new Timers(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10));

    public Timers {
        for (Duration timer :
                new Duration[] {connect, headers, firstContent, lastFirstContent, nextEvent}) {
            if (timer.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "a timer is " + timer + "; at least 1 ms is needed");
            }
        }
        if (thinking.isNegative() || throughput < 0) {
            throw new IllegalArgumentException(
                    "thinking is "
                            + thinking
                            + " and throughput "
                            + throughput
                            + "; neither can be negative");
        }
    }

    /** Timers with no extension for thinking and the default throughput. */
    public Timers(
            Duration connect,
            Duration headers,
            Duration firstContent,
            Duration lastFirstContent,
            Duration nextEvent) {
        this(
                connect,
                headers,
                firstContent,
                lastFirstContent,
                nextEvent,
                Duration.ZERO,
                DEFAULT_THROUGHPUT);
    }

    /** The same with another wait for a model that thinks. */
    public Timers withThinking(Duration other) {
        return new Timers(
                connect, headers, firstContent, lastFirstContent, nextEvent, other, throughput);
    }

    /** The same with another throughput. */
    public Timers withThroughput(int other) {
        return new Timers(
                connect, headers, firstContent, lastFirstContent, nextEvent, thinking, other);
    }

    /** The same for an attempt that no other target could take over from. */
    public Timers ofTheLast() {
        return new Timers(
                connect,
                lastFirstContent,
                lastFirstContent,
                lastFirstContent,
                nextEvent,
                thinking,
                throughput);
    }
}
