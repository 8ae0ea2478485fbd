package spillway.local.http;

import java.time.Duration;

/**
 * What a client may take.
 *
 * @param head bytes of request line and headers
 * @param headers header lines
 * @param body bytes of the body without transfer coding
 * @param idle how long a connection may wait for its next request
 * @param headTime from the first byte of a head to its last
 * @param bodyTime from the end of the head to the last byte of the body
 * @param connections open at once; more wait to be accepted
 */
public record Limits(
        int head,
        int headers,
        int body,
        Duration idle,
        Duration headTime,
        Duration bodyTime,
        int connections) {
    /** Those of a Function URL, as far as they are published, and times that end slow senders. */
    public static final Limits FUNCTION_URL =
            new Limits(
                    16 * 1024,
                    100,
                    6 * 1024 * 1024,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    4096);
}
