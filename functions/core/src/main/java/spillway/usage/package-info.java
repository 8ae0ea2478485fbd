/** What an answer has used of its providers, and what that costs. */
@NullMarked
package spillway.usage;

import org.jspecify.annotations.NullMarked;
