package spillway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import spillway.time.Deadline;

class RequestTest {
    @Test
    void tellsNeitherQueryNorBody() {
        var request =
                new Request(
                        "r1",
                        "GET",
                        "/a",
                        Map.of("prompt", "secret"),
                        Map.of("authorization", "secret"),
                        "secret".getBytes(StandardCharsets.UTF_8),
                        new Deadline(0));

        assertThat(request).hasToString("Request[r1 GET /a, 6 bytes]");
        assertThat(request.header("authorization")).isEqualTo("secret");
        assertThat(request.header("accept")).isNull();
    }
}
