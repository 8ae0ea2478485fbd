/** Answers from a script, without a network. */
@NullMarked
package spillway.provider.scripted;

import org.jspecify.annotations.NullMarked;
