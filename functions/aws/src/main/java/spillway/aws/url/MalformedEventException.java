package spillway.aws.url;

/** An event that is no HTTP request; the message says what is wrong with which part of it. */
final class MalformedEventException extends Exception {
    MalformedEventException(String message) {
        super(message);
    }
}
