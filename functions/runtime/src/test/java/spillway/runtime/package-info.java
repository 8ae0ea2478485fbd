/** Tests of the runtime: its bytes by hand, its conduct against the strict Runtime API. */
@NullMarked
package spillway.runtime;

import org.jspecify.annotations.NullMarked;
