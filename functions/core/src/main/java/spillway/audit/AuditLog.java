package spillway.audit;

/**
 * Takes what must be told later. Safe to use from many threads; never throws, never blocks for
 * long.
 */
@FunctionalInterface
public interface AuditLog {
    /** Tells nobody. */
    AuditLog NONE = _ -> {};

    void record(AuditEvent event);
}
