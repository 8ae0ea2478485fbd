package spillway.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import spillway.health.TargetHealth;

/** What has happened, in words: the last of it, for whoever looks for a reason. */
final class Journal {
    private static final int MOST = 600;

    private final Deque<String> lines = new ArrayDeque<>();
    private final boolean isKept;
    private final VirtualTime time;

    Journal(boolean isKept, VirtualTime time) {
        this.isKept = isKept;
        this.time = time;
    }

    /** A line of parts; they are put together only when it is kept. */
    void note(Object... parts) {
        if (!isKept) {
            return;
        }
        StringBuilder line = new StringBuilder();
        line.append(time.elapsed().toNanos() / 1000).append(" us");
        for (Object part : parts) {
            line.append(' ').append(part instanceof TargetHealth health ? brief(health) : part);
        }
        lines.add(line.toString());
        if (lines.size() > MOST) {
            lines.remove();
        }
    }

    /** What is not null or 0 in it, without the day. */
    private static String brief(TargetHealth health) {
        return health.toString()
                .replace("TargetHealth[target=", "[")
                .replaceAll(", \\w+=(null|0)?(?=[,\\]])", "")
                .replaceAll("[0-9-]{10}T", "");
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
