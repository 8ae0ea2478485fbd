/** Function processes: started, watched, ended. */
@NullMarked
package spillway.local.process;

import org.jspecify.annotations.NullMarked;
