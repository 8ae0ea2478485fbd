/** Anthropic Messages. */
@NullMarked
package spillway.provider.anthropic;

import org.jspecify.annotations.NullMarked;
