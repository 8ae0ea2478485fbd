package spillway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
    private final JsonBytes out = new JsonBytes(1);

    @Test
    void putsCommasWhereTheyBelong() {
        out.beginObject()
                .field("a", 1)
                .field("b", "x")
                .name("c")
                .beginArray()
                .value(true)
                .beginObject()
                .endObject()
                .value(-1.5)
                .value(Double.NaN)
                .value((String) null)
                .endArray()
                .field("d", false)
                .field("e", 2.0)
                .endObject();

        assertThat(text())
                .isEqualTo(
                        "{\"a\":1,\"b\":\"x\",\"c\":[true,{},-1.5,null,null],\"d\":false,\"e\":2.0}");
    }

    @Test
    void beginsAnewAfterClear() {
        out.value(1);
        out.clear();
        out.value(2);

        assertThat(text()).isEqualTo("2");
    }

    @Test
    void aTextWithAnyCharacterComesBackAsItWas() throws IOException {
        var mapper = new ObjectMapper();
        var random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            String text = anyText(random);
            out.clear();
            out.value(text);

            assertThat(mapper.readValue(out.buffer(), 0, out.length(), String.class))
                    .isEqualTo(text);
            assertThat(text()).doesNotContain("\n", "\r");
        }
    }

    @Test
    void twoHalvesOfACharacterAreOneWhenTheyAreJoined() throws IOException {
        String smile = "\ud83d\ude00";
        out.value("a" + smile.charAt(0));
        String first = text();
        out.clear();
        out.value(smile.charAt(1) + "b");

        assertThat(first).isEqualTo("\"a\\ud83d\"");
        assertThat(text()).isEqualTo("\"\\ude00b\"");
    }

    @Test
    void writesAValueAsItWasRead() {
        String json = "{\"a\":[1.50,1e5,true,false,null,\"x\\ny\"],\"b\":{\"c\":{}}}";
        Json read =
                JsonReader.strict()
                        .read(json.getBytes(StandardCharsets.UTF_8), new Mistakes())
                        .orElseThrow();

        out.value(read);

        assertThat(text()).isEqualTo(json);
    }

    private static String anyText(Random random) {
        var text = new StringBuilder();
        int length = random.nextInt(30);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(0x80));
                case 1 -> text.append((char) random.nextInt(0x900));
                case 2 -> text.append((char) random.nextInt(0xd800));
                default -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
            }
        }
        return text.toString();
    }

    private String text() {
        return new String(out.buffer(), 0, out.length(), StandardCharsets.UTF_8);
    }
}
