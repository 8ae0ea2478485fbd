/** The provider-status function. */
@NullMarked
package spillway.function.providerstatus;

import org.jspecify.annotations.NullMarked;
