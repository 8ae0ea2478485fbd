/** A Function URL, as Lambda has it: HTTP to an event, a function's stream back to HTTP. */
@NullMarked
package spillway.local.url;

import org.jspecify.annotations.NullMarked;
