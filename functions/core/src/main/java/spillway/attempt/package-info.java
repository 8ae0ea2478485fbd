/** One call to one target: its timers, its outcome. */
@NullMarked
package spillway.attempt;

import org.jspecify.annotations.NullMarked;
