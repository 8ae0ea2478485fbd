/** The whole, in the order of its parts. */
@NullMarked
package spillway.gateway;

import org.jspecify.annotations.NullMarked;
