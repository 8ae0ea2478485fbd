package spillway.attempt;

import java.util.Objects;

/**
 * A model at a provider: what an attempt is made to and what health is kept of.
 *
 * @param provider the id of the provider
 * @param model the name that the provider knows
 */
public record Target(String provider, String model) {
    public Target {
        Objects.requireNonNull(provider);
        Objects.requireNonNull(model);
    }

    /** {@code provider/model}: the name in routes, health, logs and answers. */
    public String id() {
        return provider + "/" + model;
    }

    @Override
    public String toString() {
        return id();
    }
}
