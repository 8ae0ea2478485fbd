/** Tests of the strict Runtime API, with a client that writes its bytes by hand. */
@NullMarked
package spillway.testkit.lambda;

import org.jspecify.annotations.NullMarked;
