package spillway.runtime;

/**
 * Takes part in SnapStart: called around the moment at which the process is frozen into a snapshot
 * and, later and perhaps often, woken from it. Without SnapStart never called.
 */
public interface SnapshotHook {
    /**
     * Before the snapshot: load and warm what a request needs, then close connections and drop
     * credentials, random seeds and read clocks. An exception stops the publication of the version.
     */
    default void beforeSnapshot() throws Exception {}

    /**
     * After each restore: make anew what {@link #beforeSnapshot} dropped. The platform allows 10 s
     * for all hooks together. An exception ends the process.
     */
    default void afterRestore() throws Exception {}
}
