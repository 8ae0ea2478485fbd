/**
 * A provider to test against: both vendors' wires written by hand over real sockets, well or broken
 * in every way that was seen in the wild. Shares no type with the gateway, so that it cannot share
 * its mistakes.
 */
@NullMarked
package spillway.testkit.provider;

import org.jspecify.annotations.NullMarked;
