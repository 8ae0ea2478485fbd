/** Metrics: written as lines of the log, read back from CloudWatch. */
@NullMarked
package spillway.aws.metrics;

import org.jspecify.annotations.NullMarked;
