package spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static spillway.relay.Stage.target;

import java.util.List;
import org.junit.jupiter.api.Test;
import spillway.chat.ChatRequest;
import spillway.chat.Message;

class ContinuationTest {
    @Test
    void whatTheCallerHadBegunIsGoneOnWithAsOneMessage() {
        var asked =
                ChatRequest.of("m", "prompt")
                        .withMessages(
                                List.of(
                                        new Message.User("prompt"),
                                        new Message.Assistant("The sky", List.of())));
        var continuation = new Continuation(asked, Seam.of(" is blue, ").orElseThrow(), _ -> true);

        assertThat(continuation.to(target("b")).messages())
                .containsExactly(
                        new Message.User("prompt"),
                        new Message.Assistant("The sky is blue,", List.of()));
    }
}
