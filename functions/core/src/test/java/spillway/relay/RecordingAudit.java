package spillway.relay;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import spillway.audit.AuditEvent;
import spillway.audit.AuditLog;

/** Remembers what it was told, in order. */
public final class RecordingAudit implements AuditLog {
    private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
    private volatile boolean isBreaking;

    /** From now on remembers, and throws. */
    public void breaking() {
        isBreaking = true;
    }

    @Override
    public void record(AuditEvent event) {
        events.add(event);
        if (isBreaking) {
            throw new IllegalStateException("the log is full");
        }
    }

    /** All of that kind. */
    public <E extends AuditEvent> List<E> all(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The kinds told, in order. */
    public List<String> kinds() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }
}
