/**
 * A strict Lambda Runtime API on the loopback: what a runtime is tested against, and what stands
 * between a local Function URL and the function's process.
 */
@NullMarked
package spillway.testkit.lambda;

import org.jspecify.annotations.NullMarked;
