package spillway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9001, 127.0.0.1, 9001, 127.0.0.1:9001, /2018-06-01",
        "localhost, localhost, 80, localhost, /2018-06-01",
        "[::]:9000, ::, 9000, [::]:9000, /2018-06-01",
        "[::1], ::1, 80, [::1], /2018-06-01",
        "http://[::]:9000/.rt, ::, 9000, [::]:9000, /.rt/2018-06-01",
        "http://host:65535/, host, 65535, host:65535, /2018-06-01"
    })
    void readsEveryForm(String text, String host, int port, String authority, String base) {
        assertThat(ApiAddress.parse(text)).isEqualTo(new ApiAddress(host, port, authority, base));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":9001",
                "host:",
                "host:0",
                "host:65536",
                "host:x",
                "::1]:80",
                "[::1x:80",
                "https://host:1"
            })
    void saysWhatIsWrong(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiAddress.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("right are host:port");
    }

    @Test
    void refusesABracketBehindAnAddress() {
        assertThatIllegalArgumentException().isThrownBy(() -> ApiAddress.parse("[::1]x:80"));
    }
}
