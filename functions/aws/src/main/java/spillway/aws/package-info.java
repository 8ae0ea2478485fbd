/** Puts the gateway together for AWS Lambda. */
@NullMarked
package spillway.aws;

import org.jspecify.annotations.NullMarked;
