/** What the gateway writes to its log: one line of JSON for each thing told. */
@NullMarked
package spillway.aws.log;

import org.jspecify.annotations.NullMarked;
