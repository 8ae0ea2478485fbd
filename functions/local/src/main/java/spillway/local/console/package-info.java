/** The console page. */
@NullMarked
package spillway.local.console;

import org.jspecify.annotations.NullMarked;
