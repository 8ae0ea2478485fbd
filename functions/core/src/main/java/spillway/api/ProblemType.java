package spillway.api;

import java.util.Locale;

/** What kind of problem, for a program to tell apart. The names are part of our wire. */
public enum ProblemType {
    INVALID_REQUEST("The request is not valid"),
    NOT_FOUND("There is nothing at this path"),
    METHOD_NOT_ALLOWED("This path does not take this method"),
    PAYLOAD_TOO_LARGE("The request is too large"),
    UNSUPPORTED_MEDIA_TYPE("The request is not JSON"),
    UNKNOWN_MODEL("The route or model is not known"),
    REQUEST_REJECTED("The provider rejected the request"),
    ALL_FAILED("Every provider failed"),
    NONE_AVAILABLE("No provider is available"),
    BROKEN_OFF("The answer broke off"),
    OUT_OF_TIME("The time for the request ran out"),
    STREAM_NOT_RESUMABLE("The stream cannot be resumed"),
    INTERNAL_ERROR("The gateway failed");

    private final String title;

    ProblemType(String title) {
        this.title = title;
    }

    /** In words, the same for each problem of the type. */
    public String title() {
        return title;
    }

    /** The URI that stands for it on the wire. */
    public String uri() {
        return "urn:spillway:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
