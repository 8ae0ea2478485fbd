package spillway.health;

import java.time.Duration;

/**
 * What is known of the targets, and the permission to call one. Safe to use from many threads;
 * never throws because the table cannot be reached.
 */
public interface Health {
    /**
     * The board as it is known now, without a wait when anything is known; a fresh read begins
     * beside the request when the known one is not fresh.
     */
    BoardView look();

    /** What this process has seen. */
    LocalView local();

    /**
     * Permission for one attempt to that target.
     *
     * @param probe whether the attempt is to be the one probe of an open target, which takes a
     *     lease in the table
     */
    Admission admit(String target, boolean probe);

    /**
     * Waits until what this process has begun to tell the table is written, or given up, or that
     * time is over.
     */
    void drain(Duration atMost);
}
