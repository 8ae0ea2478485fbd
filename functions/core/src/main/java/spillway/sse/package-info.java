/** Server-Sent Events: bytes to lines to events, and back. */
@NullMarked
package spillway.sse;

import org.jspecify.annotations.NullMarked;
