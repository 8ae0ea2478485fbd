package spillway.local.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import spillway.testkit.provider.Attempt;

/** A wall, the scenarios played before it, and the gateway that is asked. */
final class Stage {
    /** Longer than the longest that a contract allows. */
    static final Duration PATIENCE = Duration.ofSeconds(130);

    private final Wall wall;
    private final int port;

    Stage(Wall wall, int port) {
        this.wall = wall;
        this.port = port;
    }

    /**
     * Breaks what is to be broken; the text of a routes file for it all.
     *
     * @param longestOpen how long the breaker of a target stays open at most, where that is not the
     *     default
     */
    static String routes(List<Cast> casts, Map<String, Duration> longestOpen) {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        ObjectNode targets = file.putObject("targets");
        longestOpen.forEach(
                (target, longest) ->
                        targets.putObject(target)
                                .putObject("breaker")
                                .put("open_max", longest.toMillis() + "ms"));
        ObjectNode providers = file.putObject("providers");
        ObjectNode routes = file.putObject("routes");
        for (Cast cast : casts) {
            cast.wall().describe(providers);
            for (Scenario scenario : cast.scenarios()) {
                ObjectNode route = scenario.describe(cast.wall(), routes);
                cast.route().forEach(route::put);
            }
        }
        file.put("default_route", routes.fieldNames().next());
        return file.toPrettyString();
    }

    /**
     * Scenarios, and the wall at which their targets are.
     *
     * @param route what their routes say beyond their targets
     */
    record Cast(Wall wall, List<Scenario> scenarios, Map<String, String> route) {}

    Played play(Scenario scenario) {
        Heard heard = Reader.ask(port, scenario.body(), PATIENCE);
        List<List<Attempt>> attempts = scenario.legs().stream().map(wall::attempts).toList();
        return new Played(
                scenario, heard, attempts, scenario.legs().stream().map(wall::target).toList());
    }

    List<Played> oneAfterTheOther(List<Scenario> scenarios) {
        return scenarios.stream().map(this::play).toList();
    }

    List<Played> atOnce(List<Scenario> scenarios) throws InterruptedException {
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Played>> running = new ArrayList<>();
            scenarios.forEach(scenario -> running.add(readers.submit(() -> play(scenario))));
            List<Played> played = new ArrayList<>();
            for (Future<Played> one : running) {
                played.add(one.get());
            }
            return played;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a scenario could not be played", e.getCause());
        }
    }
}
