package spillway.relay;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import spillway.routing.Tries.DailyCap;

/** Counts for this process alone: so a cap by share holds for a fleet, one by number does not. */
public final class InMemoryHedgeAllowance implements HedgeAllowance {
    /** What a route did in a day. */
    private record Count(LocalDate day, long requests, long hedges) {}

    private final Map<String, Count> counts = new HashMap<>();

    @Override
    public synchronized void asked(String route, Instant at) {
        Count count = count(route, at);
        counts.put(route, new Count(count.day, count.requests + 1, count.hedges));
    }

    @Override
    public synchronized boolean take(String route, DailyCap cap, Instant at) {
        Count count = count(route, at);
        boolean isAllowed = cap.allows(count.hedges, count.requests);
        if (isAllowed) {
            counts.put(route, new Count(count.day, count.requests, count.hedges + 1));
        }
        return isAllowed;
    }

    private Count count(String route, Instant at) {
        LocalDate today = LocalDate.ofInstant(at, ZoneOffset.UTC);
        Count known = counts.get(route);
        return known != null && known.day.equals(today) ? known : new Count(today, 0, 0);
    }
}
