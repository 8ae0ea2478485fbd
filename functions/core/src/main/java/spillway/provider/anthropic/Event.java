package spillway.provider.anthropic;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * An event of Messages, as far as we read it: all types in one, told apart by {@code type}. The
 * {@code message} is an object in one type and text in another.
 */
record Event(
        @Nullable String type,
        int index,
        @Nullable JsonNode message,
        @JsonProperty("content_block") @Nullable Block block,
        @Nullable Delta delta,
        @Nullable Tokens usage,
        @Nullable JsonNode error) {

    /** Its type, else its name; a proxy on the way may tell an error without either. */
    String typeOr(String name) {
        if (type != null) {
            return type;
        }
        return error == null || error.isNull() ? name : "error";
    }

    record Block(
            @Nullable String type,
            @Nullable String id,
            @Nullable String name,
            @Nullable String text,
            @Nullable String thinking,
            @Nullable JsonNode input) {}

    record Delta(
            @Nullable String type,
            @Nullable String text,
            @Nullable String thinking,
            @JsonProperty("partial_json") @Nullable String partialJson,
            @JsonProperty("stop_reason") @Nullable String stopReason) {}

    /** A count that is missing keeps the value told before. */
    record Tokens(
            @JsonProperty("input_tokens") @Nullable Long input,
            @JsonProperty("cache_creation_input_tokens") @Nullable Long cacheWritten,
            @JsonProperty("cache_read_input_tokens") @Nullable Long cacheRead,
            @JsonProperty("output_tokens") @Nullable Long output,
            @JsonProperty("output_tokens_details") @Nullable OutputDetails outputDetails) {

        static final Tokens NONE = new Tokens(null, null, null, null, null);

        Tokens then(Tokens later) {
            return new Tokens(
                    later.input == null ? input : later.input,
                    later.cacheWritten == null ? cacheWritten : later.cacheWritten,
                    later.cacheRead == null ? cacheRead : later.cacheRead,
                    later.output == null ? output : later.output,
                    later.outputDetails == null ? outputDetails : later.outputDetails);
        }
    }

    record OutputDetails(@JsonProperty("thinking_tokens") long thinking) {}
}
