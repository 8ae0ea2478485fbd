package spillway.aws;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** A value that is made at its first use, once. Safe to use from many threads. */
final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> maker;
    private volatile T value;

    @SuppressWarnings("NullAway.Init") // Made at the first use.
    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public T get() {
        T made = value;
        if (made == null) {
            synchronized (this) {
                made = value;
                if (made == null) {
                    made = maker.get();
                    value = made;
                }
            }
        }
        return made;
    }

    /** Does this with the value, if it has been made. */
    void ifMade(Consumer<T> action) {
        T made = value;
        if (made != null) {
            action.accept(made);
        }
    }
}
