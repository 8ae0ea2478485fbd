/** What the fleet knows of each target's health, and the permission to call it. */
@NullMarked
package spillway.health;

import org.jspecify.annotations.NullMarked;
