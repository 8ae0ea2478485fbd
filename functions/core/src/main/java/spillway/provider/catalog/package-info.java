/** The kinds of providers that there are, by configuration. */
@NullMarked
package spillway.provider.catalog;

import org.jspecify.annotations.NullMarked;
