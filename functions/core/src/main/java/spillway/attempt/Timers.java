package spillway.attempt;

import java.time.Duration;

/**
 * How long one attempt may keep its reader waiting, each at least 1 ms.
 *
 * @param connect for a connection
 * @param headers from the start to the response headers, while another target could still take over
 * @param firstContent from the start to the first content, while another target could still take
 *     over
 * @param lastFirstContent from the start to the headers and the first content when no other target
 *     is left: there is nothing better to do than to wait
 * @param nextEvent between two events once content has come
 */
public record Timers(
        Duration connect,
        Duration headers,
        Duration firstContent,
        Duration lastFirstContent,
        Duration nextEvent) {

    public static final Timers DEFAULT =
            new Timers(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30));

    public Timers {
        for (Duration timer :
                new Duration[] {connect, headers, firstContent, lastFirstContent, nextEvent}) {
            if (timer.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "a timer is " + timer + "; at least 1 ms is needed");
            }
        }
    }

    /** The same for an attempt that no other target could take over from. */
    public Timers ofTheLast() {
        return new Timers(connect, lastFirstContent, lastFirstContent, lastFirstContent, nextEvent);
    }
}
