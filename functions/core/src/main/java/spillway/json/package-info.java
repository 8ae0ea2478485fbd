/** JSON with positions for what people write, and JSON straight into bytes for what they read. */
@NullMarked
package spillway.json;

import org.jspecify.annotations.NullMarked;
