package spillway.health;

import java.time.Instant;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Boards to decide on. */
public final class Boards {
    private Boards() {}

    /** One read from the table, on which these are as they say and all others well. */
    public static Board shared(Instant readAt, TargetHealth... known) {
        return new Board(
                Arrays.stream(known)
                        .collect(Collectors.toMap(TargetHealth::target, Function.identity())),
                readAt,
                Board.Source.SHARED);
    }
}
