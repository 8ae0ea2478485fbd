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
    private final String model;

    Performance(Reply reply, Script script, Answer answer, String model) {
        this.reply = reply;
        this.script = script;
        this.answer = answer;
        this.model = model;
    }

    /** Plays it; the connection may be used again if it ends without an exception. */
    void play(@Nullable Fault fault) throws IOException {
        switch (fault) {
            case null -> {
                Fault.Status objection = script.objection();
                if (objection != null) {
                    status(objection);
                } else {
                    open();
                    text(Integer.MAX_VALUE);
                    conclude(Script.End.STOP);
                }
            }
            case Fault.Dead dead -> dead(dead);
            case Fault.Status status -> status(status);
            case Fault.WrongBody body -> wrongBody(body);
            case Fault.HeadersOnly _ -> {
                reply.openStream(script.headers());
                reply.pauseForEver();
            }
            case Fault.ErrorFirst(var shape, var kind) -> {
                reply.openStream(script.headers());
                reply.send(script.error(shape, kind));
                reply.end();
            }
            case Fault.PreludeThen then -> prelude(then);
            case Fault.ErrorEvent(var tokens, var kind) -> {
                open();
                text(tokens);
                reply.send(script.error(Fault.Shape.OBJECT, kind));
                reply.end();
            }
            case Fault.Cut(var tokens, var how) -> {
                open();
                text(tokens);
                cut(how);
            }
            case Fault.Stall(var tokens) -> {
                open();
                text(tokens);
                reply.pauseForEver();
            }
            case Fault.Drip(var gap) -> {
                reply.openStream(script.headers());
                reply.send(script.prelude());
                for (String token : answer.tokens(model)) {
                    reply.pause(gap);
                    reply.send(script.token(token));
                }
                conclude(Script.End.STOP);
            }
            case Fault.MalformedChunk(var tokens) -> {
                open();
                text(tokens);
                reply.send(script.token("x").replace("{", "{]"));
                text(tokens);
                conclude(Script.End.STOP);
            }
            case Fault.Ending ending -> ending(ending);
            case Fault.Framing framing -> framing(framing);
            case Fault.Content content -> content(content);
        }
    }

    private void dead(Fault.Dead dead) throws IOException {
        switch (dead) {
            case REFUSED, RESET -> reply.reset();
            case CLOSED -> reply.close();
            case SILENT -> reply.pauseForEver();
        }
    }

    private void status(Fault.Status status) throws IOException {
        Map<String, String> headers = new HashMap<>(script.headers());
        Duration wait = status.retryAfter();
        if (wait != null) {
            headers.put("retry-after", Long.toString(wait.toSeconds()));
        }
        reply.whole(status.code(), headers, "application/json", script.errorBody(status.kind()));
    }

    private void wrongBody(Fault.WrongBody body) throws IOException {
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
                            script.document(String.join("", answer.tokens(model))));
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
        switch (then) {
            case SILENCE -> reply.pauseForEver();
            case ERROR -> {
                reply.send(script.error(Fault.Shape.OBJECT, Fault.Kind.OVERLOADED));
                reply.end();
            }
            case CLEAN_END -> reply.end();
            case PINGS -> {
                while (true) {
                    reply.pause(Duration.ofMillis(50));
                    reply.send(script.ping());
                }
            }
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
        List<String> tokens = answer.tokens(model);
        for (String token : tokens) {
            reply.pause(answer.tokenDelay());
            reply.send(shaped(framing, script.token(token)));
        }
        if (framing == Fault.Framing.LONG_LINE) {
            reply.send(script.token("x".repeat(300_000)));
        }
        reply.send(shaped(framing, script.reason(Script.End.STOP, tokens.size())));
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
                reply.close();
            }
            case REASONING -> {
                reply.send(script.reasoning(List.of("Let me", " think.")));
                text(Integer.MAX_VALUE);
                conclude(Script.End.STOP);
            }
            case NOTHING -> conclude(Script.End.STOP);
        }
    }

    private void open() throws IOException {
        reply.openStream(script.headers());
        reply.send(script.prelude());
    }

    /**
     * Tokens at their pace, which is kept from the first on: a late one does not delay the rest.
     */
    private int text(int most) throws IOException {
        long due = System.nanoTime() + answer.firstTokenDelay().toNanos();
        int sent = 0;
        for (String token : answer.tokens(model)) {
            if (sent == most) {
                break;
            }
            long wait = due - System.nanoTime();
            if (wait > 0) {
                reply.pause(Duration.ofNanos(wait));
            }
            reply.send(script.token(token));
            due += answer.tokenDelay().toNanos();
            sent++;
        }
        return sent;
    }

    private void conclude(Script.End end) throws IOException {
        reply.send(script.reason(end, answer.tokens(model).size()));
        reply.send(script.terminal());
        reply.end();
    }
}
