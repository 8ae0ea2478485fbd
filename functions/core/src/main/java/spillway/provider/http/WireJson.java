package spillway.provider.http;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import okhttp3.MediaType;
import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;

/** JSON as vendors send it: fields that we do not know are skipped. */
public final class WireJson {
    /**
     * The most tokens of one document, far above what vendors send: a tree costs many times the
     * bytes of its text, and a provider may mean harm.
     */
    static final int MOST_TOKENS = 200_000;

    /** Immutable by convention; nobody configures it further. */
    public static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxTokenCount(MOST_TOKENS)
                                                    .build())
                                    // Not one for each thread: each attempt has its own thread.
                                    .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                                    .build())
                    .addMixIn(Record.class, Skipping.class)
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** What requests are sent as. */
    public static final MediaType MEDIA_TYPE = MediaType.get("application/json");

    private WireJson() {}

    /** Without it, what is skipped would first be copied. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private interface Skipping {}

    /** Whether the data of an event is nothing but white space. */
    public static boolean isBlank(byte[] data, int length) {
        for (int i = 0; i < length; i++) {
            if (data[i] > ' ' || data[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * JSON text of the caller's as a tree, to be written into a request: as text it could say more
     * than it seems to.
     *
     * @param what it is, for the failure
     * @throws ProviderException when it is not an object
     */
    public static JsonNode object(String json, String what) throws ProviderException {
        try {
            JsonNode tree = MAPPER.readTree(json);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (JsonProcessingException _) {
            // Told below; the parser's words could quote the text.
        }
        throw new ProviderException(new ProviderFailure.Rejected(400, "invalid_" + what));
    }
}
