/** A streaming Lambda runtime for Java: the Runtime API over a plain socket. */
@NullMarked
package spillway.runtime;

import org.jspecify.annotations.NullMarked;
