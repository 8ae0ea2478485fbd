package spillway.attempt;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told. */
final class RecordingListener implements AttemptListener {
    final List<Duration> firstContents = new CopyOnWriteArrayList<>();
    final List<AttemptReport> reports = new CopyOnWriteArrayList<>();

    @Override
    public void firstContent(Duration afterStart) {
        firstContents.add(afterStart);
    }

    @Override
    public void ended(AttemptReport report) {
        reports.add(report);
    }

    AttemptReport only() {
        if (reports.size() != 1) {
            throw new AssertionError("told " + reports.size() + " times: " + reports);
        }
        return reports.getFirst();
    }
}
