/** The health-probe function. */
@NullMarked
package spillway.function.healthprobe;

import org.jspecify.annotations.NullMarked;
