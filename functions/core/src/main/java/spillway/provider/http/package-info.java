/** What all vendors over HTTP share: the client, the stream and how it ends, errors and waits. */
@NullMarked
package spillway.provider.http;

import org.jspecify.annotations.NullMarked;
