package spillway.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import spillway.attempt.Target;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.json.Words;

/** Which targets there can be, and which there are. For one file. */
final class TargetNames {
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,127}");

    private final Mistakes mistakes;

    /** Those named, well or not: a mistake in a provider is not told again at its targets. */
    private final SequencedSet<String> providers = new LinkedHashSet<>();

    private final SequencedSet<String> used = new LinkedHashSet<>();

    TargetNames(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    void addProvider(String id) {
        providers.add(id);
    }

    /** The target of that name, if there can be one. */
    Optional<Target> parse(String id, Json.Place at) {
        int slash = id.indexOf('/');
        if (slash < 1 || !MODEL.matcher(id.substring(slash + 1)).matches()) {
            mistakes.add(
                    at,
                    "is "
                            + Words.quote(id)
                            + "; a target is provider/model, such as openai/gpt-6-luna");
            return Optional.empty();
        }
        String provider = id.substring(0, slash);
        if (!providers.contains(provider)) {
            mistakes.add(
                    at,
                    "has the unknown provider "
                            + Words.quote(provider)
                            + Words.suggestion(provider, providers));
            return Optional.empty();
        }
        return Optional.of(new Target(provider, id.substring(slash + 1)));
    }

    /** A route has that target. */
    void use(Target target) {
        used.add(target.id());
    }

    /** The targets of all routes, in their order. */
    SequencedSet<String> used() {
        return Collections.unmodifiableSequencedSet(used);
    }
}
