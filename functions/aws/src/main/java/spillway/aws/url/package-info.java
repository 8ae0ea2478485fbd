/** Function URLs: Lambda's events to requests, and answers to Lambda's streaming responses. */
@NullMarked
package spillway.aws.url;

import org.jspecify.annotations.NullMarked;
