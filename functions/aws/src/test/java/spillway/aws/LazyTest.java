package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LazyTest {
    private final AtomicInteger made = new AtomicInteger();
    private final Lazy<Integer> lazy = new Lazy<>(made::incrementAndGet);

    @Test
    void makesItAtTheFirstUseAndOnce() {
        assertThat(made).hasValue(0);

        assertThat(lazy.get()).isEqualTo(1);
        assertThat(lazy.get()).isEqualTo(1);
    }

    @Test
    void doesNothingWithWhatWasNotMade() {
        List<Integer> seen = new ArrayList<>();

        lazy.ifMade(seen::add);
        assertThat(made).hasValue(0);

        lazy.get();
        lazy.ifMade(seen::add);
        assertThat(seen).containsExactly(1);
    }
}
