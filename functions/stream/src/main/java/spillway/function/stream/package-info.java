/** The stream function. */
@NullMarked
package spillway.function.stream;

import org.jspecify.annotations.NullMarked;
