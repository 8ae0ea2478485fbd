package spillway.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What can go wrong at a deadline besides the handler. */
class DeadlineWatchTest {
    private static final long MILLI = 1_000_000;

    @Test
    void interruptsTheHandlerThoughNobodyReadsTheEndOfItsResponse() throws Exception {
        var socket = new RecordingSocket("").stickAfter(1);
        var connection = new ApiConnection(ApiAddress.parse("host:1"), (_, _) -> socket);
        var response = new ResponseStream(connection, "1-2", new ChunkBuffer());
        response.write('a');
        response.flush();
        var ended = new CompletableFuture<String>();
        var deadline = new InvocationDeadline(System.nanoTime() + 300 * MILLI, 200 * MILLI);

        Thread.ofVirtual()
                .start(
                        () -> {
                            var watched =
                                    new DeadlineWatch()
                                            .watch(deadline, response, connection, () -> {});
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                watched.handlerReturned();
                                ended.complete("interrupted, then " + response.finish(null));
                                watched.done();
                            }
                        });

        assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted, then -1");
        assertThat(socket.wasClosed()).isTrue();
    }

    @Test
    void keepsAWorkerFromItsNextInvocationWhileItIsGivenUp() throws Exception {
        var connection =
                new ApiConnection(ApiAddress.parse("host:1"), (_, _) -> new RecordingSocket(""));
        var response = new ResponseStream(connection, "1-2", new ChunkBuffer());
        var deadline = new InvocationDeadline(System.nanoTime() + 100 * MILLI, 50 * MILLI);
        var goOn = new CountDownLatch(1);
        var wentOn = new CountDownLatch(1);
        var overtaken = new CompletableFuture<Boolean>();
        Runnable stuck =
                () -> {
                    goOn.countDown();
                    overtaken.complete(comes(wentOn));
                };

        Thread.ofVirtual()
                .start(
                        () -> {
                            var watched =
                                    new DeadlineWatch()
                                            .watch(deadline, response, connection, stuck);
                            while (goOn.getCount() > 0) {
                                Thread.onSpinWait();
                            }
                            watched.handlerReturned();
                            wentOn.countDown();
                        });

        assertThat(overtaken.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(wentOn.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean comes(CountDownLatch latch) {
        try {
            return latch.await(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
