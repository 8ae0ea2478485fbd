/** The fleet's health in DynamoDB. */
@NullMarked
package spillway.aws.health;

import org.jspecify.annotations.NullMarked;
