/** Plays a decision: attempts in order until one answers, and one end to every answer. */
@NullMarked
package spillway.relay;

import org.jspecify.annotations.NullMarked;
