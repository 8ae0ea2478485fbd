/** Vendors' chat APIs behind one interface. */
@NullMarked
package spillway.provider;

import org.jspecify.annotations.NullMarked;
