package spillway.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.io.PrintStream;

/**
 * Writes to standard output, one line for each record, from any thread. Of what a handler throws it
 * tells classes and frames, never messages.
 */
final class RuntimeLog implements LambdaLogger {
    private static final int MOST_FRAMES = 30;
    private static final int MOST_CAUSES = 5;

    private final PrintStream out;

    RuntimeLog(PrintStream out) {
        this.out = out;
    }

    /** A line of the function's own, its line breaks escaped. */
    @Override
    public void log(String message) {
        line(message.strip().replace("\r", "\\r").replace("\n", "\\n"));
    }

    @Override
    public void log(byte[] message) {
        log(new String(message, UTF_8));
    }

    /** Something that went wrong in the runtime itself. */
    void warn(String message, String requestId) {
        line(start("WARN", message, requestId).append('}').toString());
    }

    /** A failure of the start, with its message: no prompt has come in yet. */
    void startFailed(String message, Throwable thrown) {
        error(message + " " + thrown.getMessage(), "", thrown);
    }

    /** Something that went wrong, with where. */
    void error(String message, String requestId, Throwable thrown) {
        StringBuilder json = start("ERROR", message, requestId).append(",\"stackTrace\":[");
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++, cause = cause.getCause()) {
            json.append(i == 0 ? "" : ",");
            JsonText.quote(json, cause.getClass().getName());
            StackTraceElement[] frames = cause.getStackTrace();
            for (int frame = 0; frame < Math.min(frames.length, MOST_FRAMES); frame++) {
                json.append(',');
                JsonText.quote(json, frames[frame].toString());
            }
        }
        line(json.append("]}").toString());
    }

    private static StringBuilder start(String level, String message, String requestId) {
        StringBuilder json = new StringBuilder(256);
        json.append("{\"level\":\"").append(level).append("\",\"message\":");
        JsonText.quote(json, message);
        if (!requestId.isEmpty()) {
            json.append(",\"requestId\":");
            JsonText.quote(json, requestId);
        }
        return json;
    }

    private void line(String text) {
        byte[] line = (text + "\n").getBytes(UTF_8);
        // One call, so that lines of several threads do not mix.
        out.write(line, 0, line.length);
        out.flush();
    }
}
