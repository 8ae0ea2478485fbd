package spillway.health;

import java.util.HashMap;
import java.util.Map;

/** Adds counts up by name. */
final class Sums {
    private Sums() {}

    static Map<String, Long> of(Map<String, Long> some, Map<String, Long> more) {
        Map<String, Long> sums = new HashMap<>(some);
        more.forEach((name, count) -> sums.merge(name, count, Long::sum));
        return sums;
    }
}
