package spillway.runtime;

/** Waits. An argument, so that a test need not. */
@FunctionalInterface
interface Pause {
    void millis(long duration) throws InterruptedException;

    /** Really waits. */
    final class Sleep implements Pause {
        @Override
        public void millis(long duration) throws InterruptedException {
            Thread.sleep(duration);
        }
    }
}
