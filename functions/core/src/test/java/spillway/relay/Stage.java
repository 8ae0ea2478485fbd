package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import spillway.attempt.Attempt;
import spillway.attempt.AttemptReport;
import spillway.attempt.TapeProvider;
import spillway.attempt.Target;
import spillway.attempt.Timers;
import spillway.audit.AuditEvent;
import spillway.chat.ChatRequest;
import spillway.chat.Message;
import spillway.chat.ResponseFormat;
import spillway.chat.ToolChoice;
import spillway.health.LocalView;
import spillway.provider.ChatProvider;
import spillway.routing.Candidate;
import spillway.routing.Candidate.Standing;
import spillway.routing.Decision;
import spillway.routing.OnBreak;
import spillway.routing.Route;
import spillway.routing.Tries;
import spillway.time.Deadline;
import spillway.time.Ticker;
import spillway.usage.PriceTable;

/** A relay with its providers, and a decision that names them in the order they were added. */
final class Stage {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    final RecordingHealth health = new RecordingHealth();
    final RecordingAudit audit = new RecordingAudit();
    final List<TapeProvider> tapes = new ArrayList<>();
    Timers timers = Timers.DEFAULT;
    Duration budget = Route.DEFAULT_FAILOVER_BUDGET;
    Duration untilDeadline = Duration.ofMinutes(5);
    Tries tries = Tries.DEFAULT;
    Ticker ticker = Ticker.SYSTEM;
    Paces paces = new Paces(Ticker.SYSTEM);
    HedgeAllowance allowance = new InMemoryHedgeAllowance();
    String prompt = "prompt";
    Route.Contract contract = Route.Contract.DEFAULT;
    @Nullable OnBreak onBreak;
    @Nullable Boolean prefill;
    @Nullable ResponseFormat format;
    PriceTable prices = PriceTable.NONE;
    Clock clock = Clock.systemUTC();

    private final Map<String, ChatProvider> providers = new HashMap<>();
    private final List<Candidate> candidates = new ArrayList<>();

    Stage with(String id, TapeProvider provider) {
        return with(id, provider, Standing.READY);
    }

    Stage with(String id, TapeProvider provider, Standing standing) {
        tapes.add(provider);
        return withAny(id, provider, standing);
    }

    Stage withAny(String id, ChatProvider provider, Standing standing) {
        providers.put(id, provider);
        return named(id, standing);
    }

    /** A candidate whose provider may not exist. */
    Stage named(String id, Standing standing) {
        var member = new Route.Member(target(id), 1, timers, prefill);
        candidates.add(new Candidate(member, 0, standing, 0, "as told"));
        return this;
    }

    Opening play() {
        Relay relay = new Relay(providers, health, audit, prices, clock, Ticker.SYSTEM, allowance);
        return relay.play(job(), decision(), health.look());
    }

    /** The search of a relay that plays this. */
    Course course() {
        return course(Attempt::start);
    }

    Course course(Calls.Starter starter) {
        Job job = job();
        Decision decision = decision();
        var time = new Budget(job.startedNanos(), budget, job.deadline(), ticker);
        var ledger = new Ledger(job, "r", audit, prices, clock, ticker);
        var news = new News(health.look());
        var asking =
                new Asking(
                        new Calls(providers, ledger, time, ticker, starter),
                        new Turns(decision, health, news, time, ledger, clock),
                        new Retries(tries, time, new SplittableRandom(1), ticker),
                        ledger,
                        news,
                        ticker,
                        decision);
        var hedging = new Hedging(decision, paces, allowance);
        return new Course(asking, hedging, ledger, time, news, ticker);
    }

    /** Plays what must answer. */
    Answer answer() {
        return switch (play()) {
            case Opening.Answering(var answer) -> answer;
            case Opening.Refused(var failure) -> throw new AssertionError(failure.toString());
        };
    }

    /** Plays what must be refused. */
    AnswerFailure refusal() {
        return switch (play()) {
            case Opening.Refused(var failure) -> failure;
            case Opening.Answering _ -> throw new AssertionError("it answers");
        };
    }

    /** All events to the last. */
    static List<AnswerEvent> drain(Answer answer) {
        List<AnswerEvent> events = new ArrayList<>();
        while (events.isEmpty() || !isLast(events.getLast())) {
            answer.next(PATIENCE).ifPresent(events::add);
        }
        return events;
    }

    static boolean isLast(AnswerEvent event) {
        return event instanceof AnswerEvent.Done || event instanceof AnswerEvent.Failed;
    }

    /** The attempts that the audit log was told of, in order. */
    List<AttemptReport> reports() {
        return audit.all(AuditEvent.Attempted.class).stream()
                .map(AuditEvent.Attempted::report)
                .toList();
    }

    static Target target(String id) {
        return new Target(id, "model-" + id);
    }

    Decision decision() {
        var members = candidates.stream().map(Candidate::member).toList();
        Route route =
                new Route("r", List.of(new Route.Group(members)), "s", budget, tries, contract);
        return new Decision(
                route, Instant.EPOCH, health.look().known(), LocalView.NOTHING, 1, candidates);
    }

    /** That everything was settled once and nothing is left open. */
    void assertSettled() throws InterruptedException {
        assertThat(health.outcomes()).hasSameSizeAs(health.given());
        assertThat(audit.all(AuditEvent.Attempted.class)).hasSameSizeAs(health.given());
        assertThat(audit.all(AuditEvent.Ended.class)).hasSize(1);
        assertThat(health.drains()).hasSize(1);
        for (TapeProvider provider : tapes) {
            assertThat(provider.open()).isZero();
            assertThat(provider.threadsLeftAfter(Duration.ofSeconds(2))).isEmpty();
        }
    }

    private ChatRequest request() {
        return new ChatRequest(
                "asked",
                List.of(new Message.User(prompt)),
                null,
                null,
                null,
                List.of(),
                List.of(),
                new ToolChoice.Auto(),
                format);
    }

    private Job job() {
        return new Job(
                "request",
                "answer",
                request(),
                System.nanoTime(),
                Deadline.after(untilDeadline, Ticker.SYSTEM),
                onBreak);
    }
}
