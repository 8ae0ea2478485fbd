/** The routes file and what it says. */
@NullMarked
package spillway.config;

import org.jspecify.annotations.NullMarked;
