/** Every way a provider can fail, played through the whole real way, judged and written down. */
@NullMarked
package spillway.local.faults;

import org.jspecify.annotations.NullMarked;
