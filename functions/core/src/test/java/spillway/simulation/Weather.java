package spillway.simulation;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** How the table can be reached, phase by phase; calm before the first and after the last. */
record Weather(List<Phase> phases) {
    Weather {
        phases = List.copyOf(phases);
    }

    /** What a table does to those who ask it. */
    enum Kind {
        /** Answers within some milliseconds. */
        CALM(15),
        /** Answers late. */
        SLOW(900),
        /** Loses questions and answers. */
        LOSSY(40),
        /** Reads are up to a second old. */
        STALE(15),
        /** Cannot be reached. */
        GONE(30);

        private final int slowestMillis;

        Kind(int slowestMillis) {
            this.slowestMillis = slowestMillis;
        }

        /** One way, to the table or back. */
        Duration delay(SplittableRandom random) {
            return Duration.ofNanos(random.nextLong(300_000, slowestMillis * 500_000L));
        }

        boolean losesQuestion(SplittableRandom random) {
            return this == GONE || (this == LOSSY && random.nextInt(4) == 0);
        }

        boolean losesAnswer(SplittableRandom random) {
            return this == LOSSY && random.nextInt(4) == 0;
        }

        /** How old a read is. */
        Duration age(SplittableRandom random) {
            return Duration.ofMillis(this == STALE ? random.nextInt(1000) : 0);
        }
    }

    record Phase(Duration from, Duration to, Kind kind) {}

    Kind at(Duration elapsed) {
        for (Phase phase : phases) {
            if (elapsed.compareTo(phase.from) >= 0 && elapsed.compareTo(phase.to) < 0) {
                return phase.kind;
            }
        }
        return Kind.CALM;
    }

    boolean isCalmThroughout() {
        return phases.stream().allMatch(phase -> phase.kind == Kind.CALM);
    }
}
