package spillway.provider.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code chat.completion.chunk}, as far as we read it. What an error is made of stays a tree. */
record Chunk(
        @Nullable List<Choice> choices,
        @Nullable Tokens usage,
        @Nullable JsonNode error,
        @Nullable JsonNode message,
        @Nullable JsonNode response) {

    /** Whether it is an error in one of the shapes that were seen. */
    boolean isError() {
        return (error != null && !error.isNull())
                || (choices == null && message != null)
                || (response != null && response.hasNonNull("error"));
    }

    record Choice(
            int index,
            @Nullable Delta delta,
            @JsonProperty("finish_reason") @Nullable String finishReason) {}

    record Delta(
            @Nullable String content,
            @Nullable String refusal,
            @JsonProperty("reasoning_content") @Nullable String reasoningContent,
            @Nullable JsonNode reasoning,
            @JsonProperty("tool_calls") @Nullable List<Call> toolCalls) {

        /**
         * What is shown of the thinking, in the field of DeepSeek and others or in OpenRouter's;
         * OpenAI has none here.
         */
        @Nullable String thinking() {
            if (reasoningContent != null) {
                return reasoningContent;
            }
            return reasoning == null ? null : reasoning.textValue();
        }
    }

    record Call(@Nullable Integer index, @Nullable String id, @Nullable Function function) {

        /** The function's name; empty when it is not told. */
        String functionName() {
            String name = function == null ? null : function.name();
            return name == null ? "" : name;
        }

        /** The next piece of the arguments; may be empty. */
        String arguments() {
            String arguments = function == null ? null : function.arguments();
            return arguments == null ? "" : arguments;
        }
    }

    record Function(@Nullable String name, @Nullable String arguments) {}

    record Tokens(
            @JsonProperty("prompt_tokens") long prompt,
            @JsonProperty("completion_tokens") long completion,
            @JsonProperty("prompt_tokens_details") @Nullable PromptDetails promptDetails,
            @JsonProperty("completion_tokens_details")
                    @Nullable CompletionDetails completionDetails) {}

    record PromptDetails(
            @JsonProperty("cached_tokens") long cached,
            @JsonProperty("cache_write_tokens") long written) {}

    record CompletionDetails(@JsonProperty("reasoning_tokens") long reasoning) {}
}
