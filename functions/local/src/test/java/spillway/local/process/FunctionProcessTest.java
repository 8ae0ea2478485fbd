package spillway.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionProcessTest {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final PrintStream out =
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
                @Override
                public void println(String line) {
                    lines.add(line);
                }
            };
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private boolean isWorthAnother = true;
    private final FunctionProcess.Life life =
            new FunctionProcess.Life() {
                @Override
                public void started() {
                    starts.incrementAndGet();
                }

                @Override
                public boolean ended() {
                    ends.incrementAndGet();
                    return isWorthAnother;
                }
            };

    @TempDir private Path folder;

    @Test
    void passesOnWhatTheProcessSaysWithItsName() throws Exception {
        try (var _ = start("echo hello; echo world >&2; exec sleep 60")) {
            assertThat(line()).isEqualTo("f | hello");
            assertThat(line()).isEqualTo("f | world");
        }
    }

    @Test
    void givesItTheEnvironmentAndTheFolderAndNothingElse() throws Exception {
        try (var _ = start("echo $A; echo ${HOME-none}; pwd; exec sleep 60")) {
            assertThat(line()).isEqualTo("f | b");
            assertThat(line()).isEqualTo("f | none");
            assertThat(line()).isEqualTo("f | " + folder.toRealPath());
        }
    }

    @Test
    void startsAProcessAgainThatHasDiedAndSaysSo() throws Exception {
        try (var _ = start("echo run; exit 3")) {
            assertThat(line()).isEqualTo("f | run");
            assertThat(line())
                    .isEqualTo(
                            "f | the process ended with status 3; it is started again in 250 ms");
            assertThat(line()).isEqualTo("f | run");
            assertThat(line()).contains("again in 500 ms");
            assertThat(ends).hasValueGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void doesNotStartAnotherThatIsNotWorthIt() throws Exception {
        isWorthAnother = false;
        try (var _ = start("echo run; exit 3")) {
            assertThat(line()).isEqualTo("f | run");
            assertThat(line())
                    .isEqualTo("f | the process ended with status 3; it is not started again");
            assertThat(lines.poll(400, TimeUnit.MILLISECONDS)).isNull();
            assertThat(starts).hasValue(1);
        }
    }

    @Test
    void saysWhyAProcessCannotBeStarted() throws Exception {
        ProcessSettings settings =
                new ProcessSettings("f", folder, List.of("/nowhere/run.sh"), Map.of());
        try (var _ = FunctionProcess.start(settings, out, life)) {
            assertThat(line()).startsWith("f | ").contains("/nowhere/run.sh");
        }
    }

    @Test
    void saysThatThereIsNoFolder() throws Exception {
        ProcessSettings settings =
                new ProcessSettings("f", folder.resolve("gone"), List.of("run.sh"), Map.of());
        try (var _ = FunctionProcess.start(settings, out, life)) {
            assertThat(line()).startsWith("f | cannot be started: ").contains("gone");
        }
    }

    @Test
    void endsTheProcessAndDoesNotStartItAgain() throws Exception {
        FunctionProcess process = start("echo up; exec sleep 60");
        line();
        ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();

        process.close();

        assertThat(handle.isAlive()).isFalse();
        assertThat(process.pid()).isEqualTo(-1);
        assertThat(lines.poll(400, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void makesAProcessEndThatDoesNotWantTo() throws Exception {
        FunctionProcess process = start("trap '' TERM; echo up; while :; do sleep 1; done");
        line();
        ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();

        process.close();

        assertThat(handle.isAlive()).isFalse();
    }

    private FunctionProcess start(String script) throws Exception {
        Path run = Files.writeString(folder.resolve("run.sh"), script);
        ProcessSettings settings =
                new ProcessSettings(
                        "f",
                        folder,
                        List.of("/bin/sh", run.toString()),
                        Map.of("A", "b", "PATH", "/usr/bin:/bin"));
        return FunctionProcess.start(settings, out, life);
    }

    private String line() throws InterruptedException {
        String line = lines.poll(10, TimeUnit.SECONDS);
        return line == null ? "nothing" : line;
    }
}
