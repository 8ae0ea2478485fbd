package spillway.health;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** What asking for permission to call a target comes to. */
public sealed interface Admission {

    /** It may be called, once. */
    record Granted(Permit permit) implements Admission {
        public Granted {
            Objects.requireNonNull(permit);
        }
    }

    /** It may not be called now. */
    record Refused(Reason reason) implements Admission {
        public Refused {
            Objects.requireNonNull(reason);
        }
    }

    /** The permission, if it was granted. */
    default Optional<Permit> granted() {
        return switch (this) {
            case Granted(var permit) -> Optional.of(permit);
            case Refused _ -> Optional.empty();
        };
    }

    /** Why a target may not be called now. */
    enum Reason {
        /** It fails here, and the table cannot be reached. */
        LOCAL_BREAKER,
        /** It is to be probed, and another has the lease. */
        PROBE_TAKEN,
        /** It is to be probed, and the table took too long over the lease. */
        PROBE_LEASE_LATE;

        /** The name on our own wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
