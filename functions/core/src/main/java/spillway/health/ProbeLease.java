package spillway.health;

import java.util.Objects;

/**
 * The right to probe a target, and to say how it went as long as nobody has got a newer one.
 *
 * @param fence the number of the lease
 */
public record ProbeLease(String target, String owner, long fence) {
    public ProbeLease {
        Objects.requireNonNull(target);
        Objects.requireNonNull(owner);
    }
}
