/** The environment, the keys and the clients of AWS services. */
@NullMarked
package spillway.aws.config;

import org.jspecify.annotations.NullMarked;
