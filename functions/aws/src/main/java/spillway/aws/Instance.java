package spillway.aws;

import java.util.HexFormat;
import java.util.function.Supplier;

/** The name of this process among the fleet's; another one after a restore. */
final class Instance implements Supplier<String> {
    private final Randomness random;
    private volatile String name;

    Instance(Randomness random) {
        this.random = random;
        this.name = draw(random);
    }

    @Override
    public String get() {
        return name;
    }

    /** Draws another name. */
    void renew() {
        name = draw(random);
    }

    private static String draw(Randomness random) {
        return HexFormat.of().toHexDigits(random.nextLong());
    }
}
