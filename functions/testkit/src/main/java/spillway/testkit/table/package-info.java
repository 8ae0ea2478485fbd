/** A table to run and test against, without an account. */
@NullMarked
package spillway.testkit.table;

import org.jspecify.annotations.NullMarked;
