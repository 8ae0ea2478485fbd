package spillway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

class WireJsonTest {
    @Test
    void aDocumentOfTooManyTokensIsRefusedBeforeItIsATree() {
        String document = "[" + "1,".repeat(WireJson.MOST_TOKENS) + "1]";

        assertThatThrownBy(() -> WireJson.MAPPER.readTree(document))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("Token count");
    }

    @Test
    void aLongTextIsOneToken() throws JsonProcessingException {
        String text = "a".repeat(1_000_000);

        assertThat(WireJson.MAPPER.readTree("[\"" + text + "\"]").get(0).textValue())
                .isEqualTo(text);
    }
}
