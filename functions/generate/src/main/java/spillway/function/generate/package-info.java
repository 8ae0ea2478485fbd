/** The generate function. */
@NullMarked
package spillway.function.generate;

import org.jspecify.annotations.NullMarked;
