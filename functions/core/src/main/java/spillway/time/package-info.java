/** Time as an argument. */
@NullMarked
package spillway.time;

import org.jspecify.annotations.NullMarked;
