package spillway.gateway;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.audit.AuditLog;
import spillway.chat.ChatRequest;
import spillway.chat.FinishReason;
import spillway.chat.StreamEvent;
import spillway.config.GatewayConfig;
import spillway.health.Admission;
import spillway.health.Board;
import spillway.health.BoardView;
import spillway.health.BreakerSettings;
import spillway.health.Health;
import spillway.health.LocalView;
import spillway.health.Permit;
import spillway.provider.ChatProvider;
import spillway.provider.ChatStream;
import spillway.provider.ProviderSettings;
import spillway.relay.Answer;
import spillway.relay.AnswerEvent;
import spillway.relay.Opening;
import spillway.routing.Candidate;
import spillway.routing.Decision;
import spillway.routing.Route;
import spillway.time.Deadline;
import spillway.time.Ticker;

/** Measures what the gateway adds to a provider that is always ready; run by hand. */
final class GatewayCost {
    private static final int TOKENS = 300;
    private static final int ANSWERS = 5_000;

    private GatewayCost() {}

    public static void main(String[] args) throws InterruptedException {
        Gateway gateway = gateway();
        Thread reader =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (int round = 0; round < 6; round++) {
                                        measure(gateway);
                                    }
                                });
        reader.join();
    }

    private static void measure(Gateway gateway) {
        long opening = 0;
        long draining = 0;
        long closing = 0;
        for (int i = 0; i < ANSWERS; i++) {
            long start = System.nanoTime();
            var caller = new Caller("r", Deadline.after(Duration.ofMinutes(1), Ticker.SYSTEM));
            var answering = (Opening.Answering) gateway.open(caller, ChatRequest.of("", "prompt"));
            long opened = System.nanoTime();
            Answer answer = answering.answer();
            boolean done = false;
            while (!done) {
                Optional<AnswerEvent> next = answer.next(Duration.ofSeconds(10));
                done = next.isPresent() && next.get() instanceof AnswerEvent.Done;
            }
            long drained = System.nanoTime();
            answer.close();
            closing += System.nanoTime() - drained;
            draining += drained - opened;
            opening += opened - start;
        }
        System.out.printf(
                "open %d ns, drain %d ns a token, close %d ns%n",
                opening / ANSWERS, draining / ANSWERS / TOKENS, closing / ANSWERS);
    }

    private static Gateway gateway() {
        Route.Member member = new Route.Member(new Target("p", "m"), 1, Timers.DEFAULT);
        Route route =
                new Route(
                        "r",
                        List.of(new Route.Group(List.of(member))),
                        "s",
                        Route.DEFAULT_FAILOVER_BUDGET);
        var settings =
                new ProviderSettings(
                        "p", ProviderSettings.Kind.SCRIPTED, URI.create("http://x"), "KEY");
        ChatProvider provider = (_, _) -> new Ready();
        return new RoutingGateway(
                new GatewayConfig(
                        new LinkedHashMap<>(Map.of("p", settings)),
                        new LinkedHashMap<>(Map.of("r", route)),
                        "r",
                        new LinkedHashMap<>(Map.of("p/m", BreakerSettings.DEFAULT))),
                Map.of("p", provider),
                Map.of(
                        "s",
                        (asked, board, local, now, seed) ->
                                new Decision(
                                        asked,
                                        now,
                                        board,
                                        local,
                                        seed,
                                        List.of(
                                                new Candidate(
                                                        member,
                                                        0,
                                                        Candidate.Standing.READY,
                                                        0,
                                                        "only")))),
                new Well(),
                AuditLog.NONE,
                new Random(1),
                Clock.systemUTC(),
                Ticker.SYSTEM);
    }

    private static final class Ready implements ChatStream {
        private int position;

        @Override
        public StreamEvent next() {
            position++;
            if (position == 1) {
                return new StreamEvent.Opened();
            }
            return position == TOKENS + 2
                    ? new StreamEvent.Finish(FinishReason.STOP)
                    : new StreamEvent.TextDelta("word ");
        }

        @Override
        public void close() {}
    }

    private static final class Well implements Health {
        private static final Board BOARD =
                new Board(Map.of(), java.time.Instant.EPOCH, Board.Source.LOCAL);

        @Override
        public BoardView look() {
            return BoardView.of(BOARD);
        }

        @Override
        public LocalView local() {
            return LocalView.NOTHING;
        }

        @Override
        public Admission admit(String target, boolean probe) {
            return new Admission.Granted(
                    new Permit() {
                        @Override
                        public void firstContent(Duration afterStart) {}

                        @Override
                        public void settle(spillway.attempt.AttemptOutcome outcome) {}
                    });
        }

        @Override
        public void drain(Duration atMost) {}
    }
}
