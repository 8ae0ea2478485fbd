package spillway.chat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks of a model, in no vendor's words.
 *
 * <p>Immutable. {@link #toString} tells sizes only, since a prompt never reaches a log.
 *
 * @param model what the caller asked for: a route, a {@code provider/model} or a model; on the way
 *     to a provider, the name that provider knows
 * @param messages the conversation, oldest first; never empty
 * @param maxTokens the most tokens to generate; null leaves it to the target
 * @param temperature sampling temperature, 0 to 2; null leaves it to the target
 * @param topP nucleus sampling, 0 to 1; null leaves it to the target
 * @param stop texts that end the answer; at most 4
 * @param tools functions the model may call; may be empty
 * @param toolChoice whether and which tool must be called
 * @param responseFormat the form that the text of the answer must have; null for free text
 */
public record ChatRequest(
        String model,
        List<Message> messages,
        @Nullable Integer maxTokens,
        @Nullable Double temperature,
        @Nullable Double topP,
        List<String> stop,
        List<Tool> tools,
        ToolChoice toolChoice,
        @Nullable ResponseFormat responseFormat) {

    public ChatRequest {
        Objects.requireNonNull(model);
        Objects.requireNonNull(toolChoice);
        messages = List.copyOf(messages);
        stop = List.copyOf(stop);
        tools = List.copyOf(tools);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("messages is empty; at least one is needed");
        }
        if (maxTokens != null && maxTokens < 1) {
            throw new IllegalArgumentException(
                    "maxTokens is " + maxTokens + "; at least 1 is needed");
        }
    }

    /** A request for free text. */
    public ChatRequest(
            String model,
            List<Message> messages,
            @Nullable Integer maxTokens,
            @Nullable Double temperature,
            @Nullable Double topP,
            List<String> stop,
            List<Tool> tools,
            ToolChoice toolChoice) {
        this(model, messages, maxTokens, temperature, topP, stop, tools, toolChoice, null);
    }

    /** A request with one user message and nothing else set. */
    public static ChatRequest of(String model, String prompt) {
        return new ChatRequest(
                model,
                List.of(new Message.User(prompt)),
                null,
                null,
                null,
                List.of(),
                List.of(),
                new ToolChoice.Auto());
    }

    /** The same request for another model. */
    public ChatRequest withModel(String other) {
        return new ChatRequest(
                other,
                messages,
                maxTokens,
                temperature,
                topP,
                stop,
                tools,
                toolChoice,
                responseFormat);
    }

    /** The same request with another conversation. */
    public ChatRequest withMessages(List<Message> others) {
        return new ChatRequest(
                model,
                others,
                maxTokens,
                temperature,
                topP,
                stop,
                tools,
                toolChoice,
                responseFormat);
    }

    @Override
    public String toString() {
        return "ChatRequest[model="
                + model
                + ", messages="
                + messages
                + ", maxTokens="
                + maxTokens
                + ", tools="
                + tools.size()
                + ", responseFormat="
                + responseFormat
                + "]";
    }
}
