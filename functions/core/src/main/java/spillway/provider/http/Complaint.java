package spillway.provider.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a provider holds against a request, by the prose of its error, where codes say no more than
 * that it is invalid. The prose can quote a prompt: it is judged here and goes no further.
 */
final class Complaint {
    /** Prose says what is wrong at its beginning. */
    private static final int MOST = 1000;

    /** What a request is made of besides the caller's own words. */
    private static final Pattern FIELD =
            Pattern.compile(
                    "\\b(temperature|top_p|max_completion_tokens|max_tokens|include_obfuscation"
                            + "|include_usage|stream_options|stream|stop_sequences|stop|tool_choice"
                            + "|tools|response_format|json_schema|output_config|system)\\b");

    private static final Pattern UNSUPPORTED =
            Pattern.compile(
                    "unsupported|not supported|no longer supported|not support\\b|deprecated"
                            + "|unrecognized|unknown (parameter|field|name|argument)"
                            + "|extra (inputs|fields) (are )?not permitted|extra_forbidden"
                            + "|cannot both be");

    /** A conversation that ends with what the model is to go on from. */
    private static final Pattern PREFILL =
            Pattern.compile("prefill|must end with a user message|trailing whitespace");

    private static final Pattern MONEY =
            Pattern.compile("credit balance is too low|organization has been disabled");

    private static final Pattern LENGTH =
            Pattern.compile(
                    "(prompt|input) is too long|context (length|window|limit)|too many input tokens");

    private final String prose;
    private final String param;

    /**
     * @param error as the document has it; missing when its shape is unknown
     */
    Complaint(JsonNode document, JsonNode error) {
        JsonNode message = error.isTextual() ? error : error.path("message");
        String text = message.isTextual() ? message.textValue() : document.toString();
        this.prose = text.substring(0, Math.min(text.length(), MOST)).toLowerCase(Locale.ROOT);
        this.param = error.path("param").asText("");
    }

    /** Our account with the provider, though it says that the request is invalid. */
    boolean isOfMoney() {
        return MONEY.matcher(prose).find();
    }

    /** More tokens than the model can read. */
    boolean isOfLength() {
        return LENGTH.matcher(prose).find();
    }

    /** The name of the model, which the routes chose. */
    boolean isOfModel() {
        return param.equals("model");
    }

    /**
     * The part of the request that is of our making and does not suit the model: what the model
     * does not know at all, since the caller asked for no vendor's fields, or what we added. Empty
     * when the caller's own words are at fault.
     *
     * @param added whether that field says what the caller did not ask for
     */
    String ours(Predicate<String> added) {
        if (PREFILL.matcher(prose).find()) {
            return "prefill";
        }
        boolean unsupported = UNSUPPORTED.matcher(prose).find();
        Matcher field = FIELD.matcher(param + " " + prose);
        while (field.find()) {
            if (unsupported || added.test(field.group())) {
                return field.group();
            }
        }
        return "";
    }
}
