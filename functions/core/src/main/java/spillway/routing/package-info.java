/** Which target gets a request, and why. Values and pure functions. */
@NullMarked
package spillway.routing;

import org.jspecify.annotations.NullMarked;
