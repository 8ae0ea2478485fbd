/** The local platform: everything that Lambda would bring, in one command. */
@NullMarked
package spillway.local;

import org.jspecify.annotations.NullMarked;
