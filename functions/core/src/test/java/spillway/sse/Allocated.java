package spillway.sse;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How many bytes of memory something asks for, whether they are garbage later or not. */
public final class Allocated {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocated() {}

    /** By this thread, while that runs. */
    public static long by(Step step) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        step.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** Something that may fail. */
    @FunctionalInterface
    public interface Step {
        void run() throws Exception;
    }
}
