package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

class ConnectingTest {
    private final Call call =
            new OkHttpClient().newCall(new Request.Builder().url("https://127.0.0.1:1/").build());
    private final ProviderHttp.Connecting connecting = new ProviderHttp.Connecting();

    @Test
    void aCallThatWasCancelledBeforeItsHandshakeBeginsNone() {
        call.cancel();

        assertThatThrownBy(() -> connecting.secureConnectStart(call))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aCallThatIsWantedGoesOn() {
        assertThatCode(() -> connecting.secureConnectStart(call)).doesNotThrowAnyException();
    }
}
