/** What a client reads and writes: dialects, validation, problems. */
@NullMarked
package spillway.api;

import org.jspecify.annotations.NullMarked;
