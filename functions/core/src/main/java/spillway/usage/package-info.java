/** What an answer has cost. */
@NullMarked
package spillway.usage;

import org.jspecify.annotations.NullMarked;
