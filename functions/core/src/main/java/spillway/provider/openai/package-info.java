/** OpenAI Chat Completions, and whoever is compatible with it. */
@NullMarked
package spillway.provider.openai;

import org.jspecify.annotations.NullMarked;
