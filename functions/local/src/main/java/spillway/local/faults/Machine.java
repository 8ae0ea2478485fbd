package spillway.local.faults;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What it was run on. */
final class Machine {
    private Machine() {}

    static String words() {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return Runtime.getRuntime().availableProcessors()
                + " cores, "
                + (system.getTotalMemorySize() >> 30)
                + " GiB, "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + ", JDK "
                + Runtime.version()
                + "; readers, gateway and providers share the machine.";
    }
}
