/**
 * The neutral language between clients and vendors. Knows only the JDK: no vendor, no cloud, no
 * wire.
 */
@NullMarked
package spillway.chat;

import org.jspecify.annotations.NullMarked;
