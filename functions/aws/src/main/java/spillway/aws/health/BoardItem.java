package spillway.aws.health;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import spillway.health.TargetHealth;
import spillway.health.TargetHealth.State;

/**
 * A target's attributes in the board: one item for all, {@code pk = H}, {@code sk = B}, so that one
 * read of at most 4 KB brings everything. Flat, so that the condition on one target has nothing to
 * do with the others.
 *
 * <p>An attribute's name is the first 40 bits of the SHA-256 of the target's id, in hexadecimal,
 * and a letter: {@code s} state ({@code C}, {@code O}, {@code R}), {@code v} version, {@code t}
 * since, {@code u} open until, {@code b} back-off, {@code w} why, {@code d} disabled for, {@code f}
 * fence, {@code p} owner of the probe, {@code e} end of its lease, {@code c} cooldown until.
 */
final class BoardItem {
    static final Map<String, AttributeValue> KEY =
            Map.of("pk", Values.text("H"), "sk", Values.text("B"));

    private static final int ID_BYTES = 5;

    private final String target;
    final String state;
    final String version;
    final String since;
    final String openUntil;
    final String backoff;
    final String reason;
    final String disabledFor;
    final String fence;
    final String owner;
    final String probeUntil;
    final String cooldownUntil;

    BoardItem(String target) {
        String id = idOf(target);
        this.target = target;
        this.state = id + "s";
        this.version = id + "v";
        this.since = id + "t";
        this.openUntil = id + "u";
        this.backoff = id + "b";
        this.reason = id + "w";
        this.disabledFor = id + "d";
        this.fence = id + "f";
        this.owner = id + "p";
        this.probeUntil = id + "e";
        this.cooldownUntil = id + "c";
    }

    /** Whether the item tells anything of this target. */
    boolean isIn(Map<String, AttributeValue> item) {
        return item.containsKey(version) || item.containsKey(cooldownUntil);
    }

    TargetHealth of(Map<String, AttributeValue> item) {
        if (!item.containsKey(version)) {
            TargetHealth well = TargetHealth.well(target);
            return new TargetHealth(
                    target,
                    well.state(),
                    0,
                    well.since(),
                    null,
                    0,
                    0,
                    null,
                    Values.moment(item, cooldownUntil),
                    null,
                    well.reason());
        }
        return new TargetHealth(
                target,
                stateOf(Objects.requireNonNull(Values.text(item, state))),
                Values.number(item, version),
                Objects.requireNonNullElse(Values.moment(item, since), Instant.EPOCH),
                Values.moment(item, openUntil),
                Math.toIntExact(Values.number(item, backoff)),
                Values.number(item, fence),
                Values.moment(item, probeUntil),
                Values.moment(item, cooldownUntil),
                Values.text(item, disabledFor),
                Objects.requireNonNullElse(Values.text(item, reason), ""));
    }

    /** Writes a state but for its version; a probe that runs is over. */
    Update to(TargetHealth health) {
        Update update =
                new Update()
                        .set(state, Values.text(letter(health.state())))
                        .set(since, Values.moment(health.since()))
                        .set(backoff, Values.number(health.backoff()))
                        .set(reason, Values.text(health.reason()))
                        .remove(owner)
                        .remove(probeUntil);
        Instant until = health.openUntil();
        if (until == null) {
            update.remove(openUntil);
        } else {
            update.set(openUntil, Values.moment(until));
        }
        String disabled = health.disabledFor();
        return disabled == null
                ? update.remove(disabledFor)
                : update.set(disabledFor, Values.text(disabled));
    }

    static String letter(State state) {
        return switch (state) {
            case CLOSED -> "C";
            case OPEN -> "O";
            case RAMP -> "R";
        };
    }

    private static State stateOf(String letter) {
        return switch (letter) {
            case "O" -> State.OPEN;
            case "R" -> State.RAMP;
            default -> State.CLOSED;
        };
    }

    private static String idOf(String target) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(target.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
