/** What the gateway adds to a provider's own times, measured on one machine. */
@NullMarked
package spillway.local.measure;

import org.jspecify.annotations.NullMarked;
