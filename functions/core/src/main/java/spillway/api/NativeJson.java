package spillway.api;

import java.util.List;
import spillway.attempt.AttemptOutcome;
import spillway.attempt.AttemptReport;
import spillway.chat.Usage;
import spillway.json.JsonBytes;

/** The objects that our own wire has in several places. */
final class NativeJson {
    private NativeJson() {}

    static void problem(Problem problem, JsonBytes out) {
        out.beginObject()
                .field("type", problem.type().uri())
                .field("title", problem.type().title())
                .field("status", problem.status())
                .field("detail", problem.detail())
                .field("instance", problem.instance());
        if (problem.progress() != null) {
            out.field("at", problem.progress().at())
                    .field("resumable", problem.progress().resumable());
        }
        if (!problem.attempts().isEmpty()) {
            attempts(problem.attempts(), out);
        }
        if (!problem.errors().isEmpty()) {
            out.name("errors").beginArray();
            for (Problem.Fault error : problem.errors()) {
                out.beginObject()
                        .field(error.in().member(), error.name())
                        .field("detail", error.detail())
                        .endObject();
            }
            out.endArray();
        }
        out.endObject();
    }

    static void attempts(List<AttemptReport> attempts, JsonBytes out) {
        out.name("attempts").beginArray();
        attempts.forEach(attempt -> attempt(attempt, out));
        out.endArray();
    }

    private static void attempt(AttemptReport attempt, JsonBytes out) {
        out.beginObject()
                .field("target", attempt.target().id())
                .field("outcome", attempt.outcome().wireName());
        if (attempt.outcome() instanceof AttemptOutcome.Failed(var failure, _)) {
            out.field("reason", failure.reason())
                    .field("fault", failure.fault().wireName())
                    .field("detail", failure.detail());
        }
        if (attempt.firstContent() != null) {
            out.field("first_content_ms", attempt.firstContent().toMillis());
        }
        out.field("elapsed_ms", attempt.elapsed().toMillis()).endObject();
    }

    /** The members of a usage, into an object that is open. */
    static void usage(Usage usage, JsonBytes out) {
        out.field("input_tokens", usage.inputTokens())
                .field("output_tokens", usage.outputTokens())
                .field("cache_read_tokens", usage.cacheReadTokens())
                .field("cache_write_tokens", usage.cacheWriteTokens())
                .field("reasoning_tokens", usage.reasoningTokens())
                .field("estimated", usage.estimated());
    }
}
