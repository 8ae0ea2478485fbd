/**
 * A small HTTP/1.1 server on plain sockets: strict about what it reads, at once with what it
 * writes.
 */
@NullMarked
package spillway.local.http;

import org.jspecify.annotations.NullMarked;
