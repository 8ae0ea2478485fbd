/** The edge without a server: one request in, one answer out. */
@NullMarked
package spillway.http;

import org.jspecify.annotations.NullMarked;
