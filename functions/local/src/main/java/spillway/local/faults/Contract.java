package spillway.local.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How an answer must end. */
enum Contract {
    /** The first target's whole answer; nobody else is asked. */
    FIRST_ANSWERS("the first target's whole answer"),
    /** Before its first content the first target is left; the next one's whole answer. */
    NEXT_ANSWERS("the next target's whole answer"),
    /** The same target's whole answer, at the second attempt. */
    SAME_ANSWERS("the same target's second, whole answer"),
    /** The client's matter: one attempt, a status of the client's. */
    CLIENT_ERROR("4xx after one attempt"),
    /** The whole answer, from several targets, joined without a seam, and the switch told. */
    GOES_ON("gone on with, whole"),
    /** A reset, then a fresh and whole answer. */
    STARTS_AGAIN("reset, then whole"),
    /** What came before the break, then one {@code failed}. */
    FAILS_OPENLY("what came, then one failed"),
    /** Nobody answers: a true status of the gateway's that names each attempt. */
    HTTP_ERROR("5xx naming each attempt"),
    /** An error, as a status or in the stream. */
    EXPLICIT_ERROR("a status or one failed"),
    /** The whole answer or an explicit error, as the provider's wire allows. */
    WHOLE_OR_ERROR("whole, or one failed");

    private final String words;

    Contract(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** What is against it; empty when it was kept. */
    List<String> objections(Played played) {
        List<String> against = new ArrayList<>(always(played));
        against.addAll(
                switch (this) {
                    case FIRST_ANSWERS -> firstAnswers(played);
                    case NEXT_ANSWERS -> nextAnswers(played);
                    case SAME_ANSWERS -> sameAnswers(played);
                    case CLIENT_ERROR -> clientError(played);
                    case GOES_ON -> goesOn(played);
                    case STARTS_AGAIN -> startsAgain(played);
                    case FAILS_OPENLY -> failsOpenly(played);
                    case HTTP_ERROR -> httpError(played);
                    case EXPLICIT_ERROR ->
                            played.heard().status() == 200
                                    ? failsOpenly(played)
                                    : httpError(played);
                    case WHOLE_OR_ERROR ->
                            played.heard().isDone() ? whole(played) : failsOpenly(played);
                });
        return against;
    }

    /** What holds of every answer. */
    private static List<String> always(Played played) {
        Objections against = new Objections();
        Heard heard = played.heard();
        against.unless(
                heard.end() == Heard.End.IN_ORDER,
                heard.end() == Heard.End.CUT ? "the connection broke" : "it hung");
        against.unless(!heard.leak(), "the provider's own words came through");
        if (heard.status() == 200) {
            against.unless(heard.last().count() == 1, heard.last().count() + " last events");
            against.unless(
                    !heard.events().isEmpty() && heard.events().getLast().isLast(),
                    "something else than done or failed comes last");
            against.unless(
                    !heard.isDone() || played.isWhole(),
                    "A FALSE COMPLETION: done, and " + played.extent());
            against.unless(
                    heard.isDone() || played.isBeginning(),
                    "what came is not the beginning of the answer");
        }
        for (int i = 0; i < played.attempts().size(); i++) {
            int asked = played.attempts().get(i).size();
            against.unless(asked <= 2, "target " + (i + 1) + " was asked " + asked + " times");
        }
        return against.list();
    }

    private static List<String> firstAnswers(Played played) {
        Objections against = new Objections(whole(played));
        against.unless(played.asked(0) == 1, "the first was asked " + played.asked(0) + " times");
        against.unless(played.askedBeside(0) == 0, "another was asked, too");
        against.unless(played.heard().named("switch").isEmpty(), "a switch is told");
        return against.list();
    }

    private static List<String> nextAnswers(Played played) {
        Objections against = new Objections(whole(played));
        against.unless(played.asked(1) == 1, "the next was asked " + played.asked(1) + " times");
        against.unless(
                played.heard().named("switch").stream()
                        .anyMatch(event -> event.data().path("at").asLong() == 0),
                "no switch before the content is told");
        against.unless(
                played.failover().orElse(Long.MAX_VALUE) < Report.LIMIT_NANOS,
                "the first content came after 5 s");
        return against.list();
    }

    private static List<String> sameAnswers(Played played) {
        Objections against = new Objections(whole(played));
        against.unless(played.asked(0) == 2, "it was asked " + played.asked(0) + " times");
        return against.list();
    }

    private static List<String> clientError(Played played) {
        Objections against = new Objections();
        int status = played.heard().status();
        against.unless(status >= 400 && status < 500, "the status is " + status);
        against.unless(played.asked(0) == 1, "the first was asked " + played.asked(0) + " times");
        against.unless(played.askedBeside(0) == 0, "another was asked, too");
        return against.list();
    }

    private static List<String> goesOn(Played played) {
        Objections against = new Objections(whole(played));
        against.unless(
                played.heard().named("switch").stream()
                        .anyMatch(event -> event.data().path("at").asLong() > 0),
                "no switch inside the text is told");
        against.unless(played.askedBeside(0) > 0, "nobody else was asked");
        return against.list();
    }

    private static List<String> startsAgain(Played played) {
        Objections against = new Objections(whole(played));
        against.unless(!played.heard().named("reset").isEmpty(), "no reset is told");
        return against.list();
    }

    private static List<String> failsOpenly(Played played) {
        Objections against = new Objections();
        Heard heard = played.heard();
        against.unless(heard.status() == 200, "the status is " + heard.status());
        against.unless(heard.named("failed").size() == 1, "no failed");
        against.unless(namesEachAttempt(played), "an attempt is not named");
        return against.list();
    }

    private static List<String> httpError(Played played) {
        Objections against = new Objections();
        Heard heard = played.heard();
        against.unless(
                heard.status() >= 502 && heard.status() <= 504, "the status is " + heard.status());
        against.unless(
                heard.headers()
                        .getOrDefault("content-type", "")
                        .startsWith("application/problem+json"),
                "it is no problem document");
        against.unless(
                heard.headers().getOrDefault("x-should-retry", "").equals("false"),
                "x-should-retry is not false");
        against.unless(namesEachAttempt(played), "an attempt is not named");
        return against.list();
    }

    private static List<String> whole(Played played) {
        Objections against = new Objections();
        Heard heard = played.heard();
        against.unless(heard.status() == 200, "the status is " + heard.status());
        against.unless(heard.isDone(), "no done");
        against.unless(played.isWhole(), played.extent());
        return against.list();
    }

    /** Every target has been asked, and the answer says of each what came of it. */
    private static boolean namesEachAttempt(Played played) {
        return IntStream.range(0, played.targets().size())
                .filter(played::wasAsked)
                .mapToObj(played.targets()::get)
                .allMatch(target -> tells(played.heard(), target));
    }

    private static boolean tells(Heard heard, String target) {
        return heard.attempts().stream()
                .anyMatch(
                        told ->
                                told.path("target").asText().equals(target)
                                        && !told.path("outcome").asText().isEmpty());
    }

    /** A list under way. */
    private static final class Objections {
        private final List<String> list = new ArrayList<>();

        Objections() {}

        Objections(List<String> begun) {
            list.addAll(begun);
        }

        void unless(boolean holds, String objection) {
            if (!holds) {
                list.add(objection);
            }
        }

        List<String> list() {
            return list;
        }
    }
}
