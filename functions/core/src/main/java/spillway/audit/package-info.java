/** What must be told later: every switch and every failure. */
@NullMarked
package spillway.audit;

import org.jspecify.annotations.NullMarked;
