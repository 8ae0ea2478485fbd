package spillway.testkit.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plays one answer, well or broken. */
final class Performance {
    private final Reply reply;
    private final Script script;
    private final Answer answer;
    private final Attempt attempt;
    private final List<String> words;

    Performance(Reply reply, Script script, Answer answer, Attempt attempt) {
        this.reply = reply;
        this.script = script;
        this.answer = answer;
        this.attempt = attempt;
        this.words = answer.tokens(attempt, null);
    }

    /** Plays it; the connection may be used again if it ends without an exception. */
    void play(@Nullable Fault fault) throws IOException {
        switch (fault) {
            case null -> {
                Fault.Status objection = script.objection();
                if (objection != null) {
                    status(objection);
                } else {
                    well(words);
                }
            }
            case Fault.Dead dead -> dead(dead);
            case Fault.Status status -> status(status);
            case Fault.WrongBody body -> wrongBody(body);
            case Fault.HeadersOnly _ -> {
                reply.openStream(script.headers());
                attempt.strike();
                reply.pauseForEver();
            }
            case Fault.LargeHeaders(var bytes) -> {
                attempt.strike();
                Map<String, String> headers = new HashMap<>(script.headers());
                headers.put("x-padding", "x".repeat(bytes));
                reply.openStream(headers);
                reply.send(script.prelude());
                text(Integer.MAX_VALUE);
                conclude(Script.End.STOP);
            }
            case Fault.LateFirstToken(var delay) -> {
                open();
                attempt.strike();
                reply.pause(delay);
                text(Integer.MAX_VALUE);
                conclude(Script.End.STOP);
            }
            case Fault.ErrorFirst(var shape, var kind) -> {
                reply.openStream(script.headers());
                attempt.strike();
                reply.send(script.error(shape, kind));
                reply.end();
            }
            case Fault.PreludeThen then -> prelude(then);
            case Fault.ErrorEvent(var tokens, var kind) -> {
                open();
                text(tokens);
                attempt.strike();
                reply.send(script.error(Fault.Shape.OBJECT, kind));
                reply.end();
            }
            case Fault.Cut(var tokens, var how) -> {
                open();
                text(tokens);
                attempt.strike();
                cut(how);
            }
            case Fault.Stall(var tokens) -> {
                open();
                text(tokens);
                attempt.strike();
                reply.pauseForEver();
            }
            case Fault.PingsAfter(var tokens) -> {
                open();
                text(tokens);
                attempt.strike();
                pingForEver();
            }
            case Fault.Drip(var gap) -> drip(0, gap);
            case Fault.DripAfter(var tokens, var gap) -> drip(tokens, gap);
            case Fault.MalformedChunk(var tokens) -> {
                open();
                text(tokens);
                attempt.strike();
                reply.send(script.token("x").replace("{", "{]"));
                text(words.subList(Math.min(tokens, words.size()), words.size()), Duration.ZERO);
                conclude(Script.End.STOP);
            }
            case Fault.Ending ending -> ending(ending);
            case Fault.Framing framing -> framing(framing);
            case Fault.Content content -> content(content);
            case Fault.Continuing continuing -> {
                if (continuing == Fault.Continuing.REFUSES_PREFILL && attempt.endsWithAssistant()) {
                    status(new Fault.Status(400, null, Fault.Kind.BAD_REQUEST));
                } else {
                    well(answer.tokens(attempt, continuing));
                }
            }
        }
    }

    private void well(List<String> tokens) throws IOException {
        open();
        text(tokens, answer.firstTokenDelay());
        conclude(Script.End.STOP);
    }

    private void drip(int atPace, Duration gap) throws IOException {
        open();
        int sent = atPace == 0 ? 0 : text(atPace);
        attempt.strike();
        for (String token : words.subList(sent, words.size())) {
            reply.pause(gap);
            reply.send(script.token(token));
        }
        conclude(Script.End.STOP);
    }

    private void pingForEver() throws IOException {
        while (true) {
            reply.pause(Duration.ofMillis(50));
            reply.send(script.ping());
        }
    }

    private void dead(Fault.Dead dead) throws IOException {
        attempt.strike();
        switch (dead) {
            case REFUSED, RESET -> reply.reset();
            case CLOSED -> reply.close();
            case SILENT -> reply.pauseForEver();
            case CUT_IN_HEADERS -> {
                reply.sendHalfOfTheHeaders(script.headers());
                reply.close();
            }
            case SILENT_IN_HEADERS -> {
                reply.sendHalfOfTheHeaders(script.headers());
                reply.pauseForEver();
            }
        }
    }

    private void status(Fault.Status status) throws IOException {
        attempt.strike();
        Map<String, String> headers = new HashMap<>(script.headers());
        Duration wait = status.retryAfter();
        if (wait != null) {
            headers.put("retry-after", Long.toString(wait.toSeconds()));
        }
        reply.whole(status.code(), headers, "application/json", script.errorBody(status.kind()));
    }

    private void wrongBody(Fault.WrongBody body) throws IOException {
        attempt.strike();
        switch (body) {
            case EMPTY -> {
                reply.openStream(script.headers());
                reply.end();
            }
            case HTML ->
                    reply.whole(
                            200,
                            Map.of("server", "proxy"),
                            "text/html",
                            "<html><body>"
                                    + ScriptedProviderServer.PROVIDER_TEXT
                                    + "</body></html>");
            case JSON ->
                    reply.whole(
                            200,
                            script.headers(),
                            "application/json",
                            script.document(String.join("", words)));
            case JSON_ERROR ->
                    reply.whole(
                            200,
                            script.headers(),
                            "application/json",
                            script.errorBody(Fault.Kind.OVERLOADED));
            case REDIRECT -> reply.whole(307, Map.of("location", "/elsewhere"), "text/plain", "");
        }
    }

    private void prelude(Fault.PreludeThen then) throws IOException {
        reply.openStream(script.headers());
        reply.send(script.prelude());
        attempt.strike();
        switch (then) {
            case SILENCE -> reply.pauseForEver();
            case ERROR -> {
                reply.send(script.error(Fault.Shape.OBJECT, Fault.Kind.OVERLOADED));
                reply.end();
            }
            case CLEAN_END -> reply.end();
            case PINGS -> pingForEver();
        }
    }

    private void cut(Fault.How how) throws IOException {
        byte[] frame = script.token("caf\u00e9").getBytes(StandardCharsets.UTF_8);
        switch (how) {
            case FIN -> reply.close();
            case RST -> reply.reset();
            case INSIDE_LINE -> {
                reply.send(Arrays.copyOf(frame, frame.length / 2));
                reply.close();
            }
            case INSIDE_CHARACTER -> {
                int at = 0;
                while (frame[at] != (byte) 0xC3) {
                    at++;
                }
                reply.send(Arrays.copyOf(frame, at + 1));
                reply.close();
            }
            case AFTER_CR -> {
                String lines = script.token("x").replace("\n", "\r\n");
                reply.send(lines.substring(0, lines.length() - 3));
                reply.end();
            }
            case CLEAN -> reply.end();
        }
    }

    private void ending(Fault.Ending ending) throws IOException {
        open();
        int sent = text(Integer.MAX_VALUE);
        attempt.strike();
        switch (ending) {
            case TERMINAL_WITHOUT_REASON -> {
                reply.send(script.terminal());
                reply.end();
            }
            case REASON_THEN_CLEAN_END -> {
                reply.send(script.reason(Script.End.STOP, sent));
                reply.end();
            }
            case REASON_THEN_SILENCE -> {
                reply.send(script.reason(Script.End.STOP, sent));
                reply.pauseForEver();
            }
            case REASON_THEN_RESET -> {
                reply.send(script.reason(Script.End.STOP, sent));
                reply.pause(Duration.ofMillis(50));
                reply.reset();
            }
            case WHOLE_THEN_SILENCE -> {
                reply.send(script.reason(Script.End.STOP, sent));
                reply.send(script.terminal());
                reply.pauseForEver();
            }
        }
    }

    private void framing(Fault.Framing framing) throws IOException {
        Map<String, String> headers = new HashMap<>(script.headers());
        if (framing == Fault.Framing.GZIP) {
            headers.put("content-encoding", "gzip");
        }
        reply.openStream(headers);
        if (framing == Fault.Framing.GZIP) {
            reply.compress();
        }
        if (framing == Fault.Framing.ONE_BYTE_WRITES) {
            reply.writeSingleBytes();
        }
        reply.send(
                (framing == Fault.Framing.BOM ? "\ufeff" : "") + shaped(framing, script.prelude()));
        for (String token : words) {
            reply.pause(answer.tokenDelay());
            reply.send(shaped(framing, script.token(token)));
        }
        if (framing == Fault.Framing.LONG_LINE) {
            reply.send(script.token("x".repeat(300_000)));
        }
        reply.send(shaped(framing, script.reason(Script.End.STOP, words.size())));
        reply.send(shaped(framing, script.terminal()));
        reply.end();
    }

    private String shaped(Fault.Framing framing, String frame) {
        return switch (framing) {
            case CRLF -> frame.replace("\n", "\r\n");
            case CR -> frame.replace('\n', '\r');
            case NO_SPACE -> frame.replaceAll("(?m)^(data|event): ", "$1:");
            case UNKNOWN_EVENTS -> script.unknown() + frame;
            case COMMENTS -> ": still there\n\n:\n" + frame;
            case BOM, ONE_BYTE_WRITES, GZIP, LONG_LINE -> frame;
        };
    }

    private void content(Fault.Content content) throws IOException {
        reply.openStream(script.headers());
        reply.send(script.prelude());
        switch (content) {
            case REFUSAL -> {
                reply.send(script.refusal());
                conclude(Script.End.REFUSAL);
            }
            case LENGTH -> {
                text(Integer.MAX_VALUE);
                conclude(Script.End.LENGTH);
            }
            case TOOL_CALLS -> {
                reply.send(script.toolCallsBegun());
                reply.send(script.toolCallsEnded());
                conclude(Script.End.TOOLS);
            }
            case CUT_IN_TOOL_CALL -> {
                reply.send(script.toolCallsBegun());
                attempt.strike();
                reply.close();
            }
            case REASONING -> {
                reply.send(script.reasoning(List.of("Let me", " think.")));
                text(Integer.MAX_VALUE);
                conclude(Script.End.STOP);
            }
            case NOTHING -> {
                attempt.strike();
                conclude(Script.End.STOP);
            }
            case JSON -> {
                json(ScriptedProviderServer.JSON_ANSWER);
                conclude(Script.End.STOP);
            }
            case CUT_IN_REASONING -> {
                // All of it but its end, which on one wire is frames of its own.
                String thought = script.reasoning(List.of("Let me", " think."));
                reply.send(thought.substring(0, thought.indexOf(" think.")));
                attempt.strike();
                reply.close();
            }
            case CUT_IN_JSON -> {
                String whole = ScriptedProviderServer.JSON_ANSWER;
                json(whole.substring(0, whole.length() / 2));
                attempt.strike();
                reply.close();
            }
        }
    }

    private void open() throws IOException {
        reply.openStream(script.headers());
        reply.send(script.prelude());
    }

    private void json(String text) throws IOException {
        for (int at = 0; at < text.length(); at += 4) {
            reply.send(script.token(text.substring(at, Math.min(text.length(), at + 4))));
        }
    }

    private int text(int most) throws IOException {
        List<String> tokens = words.subList(0, Math.min(most, words.size()));
        text(tokens, answer.firstTokenDelay());
        return tokens.size();
    }

    /**
     * Tokens at their pace, which is kept from the first on: a late one does not delay the rest.
     */
    private void text(List<String> tokens, Duration beforeTheFirst) throws IOException {
        long due = System.nanoTime() + beforeTheFirst.toNanos();
        for (String token : tokens) {
            long wait = due - System.nanoTime();
            if (wait > 0) {
                reply.pause(Duration.ofNanos(wait));
            }
            reply.send(script.token(token));
            due += answer.tokenDelay().toNanos();
        }
    }

    private void conclude(Script.End end) throws IOException {
        reply.send(script.reason(end, words.size()));
        reply.send(script.terminal());
        reply.end();
    }
}
