package spillway.config;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.json.Words;
import spillway.provider.ProviderSettings;
import spillway.provider.ProviderSettings.Kind;

/** Reads the providers of a routes file. For one file. */
final class ProvidersReader {
    private static final List<String> KNOWN = List.of("kind", "base_url", "key", "allow_http");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");
    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
    private static final SequencedMap<String, Kind> KINDS = kinds();

    private final Mistakes mistakes;
    private final Vendors vendors;

    ProvidersReader(Mistakes mistakes, Vendors vendors) {
        this.mistakes = mistakes;
        this.vendors = vendors;
    }

    /** The provider, unless it has a mistake that leaves nothing to go on with. */
    Optional<ProviderSettings> provider(String id, Json.Place at, Json value) {
        if (!ID.matcher(id).matches()) {
            mistakes.add(
                    at,
                    "is "
                            + Words.quote(id)
                            + "; a provider is named by up to 32 of a-z, 0-9, _ and -");
        }
        Fields fields = Fields.ofValue(value, mistakes, KNOWN);
        if (!(value instanceof Json.Obj)) {
            return Optional.empty();
        }
        fields.require("kind");
        Kind kind = fields.oneOf("kind", KINDS);
        URI url = baseUrl(fields, kind);
        String key = key(fields, kind);
        return kind == null || url == null
                ? Optional.empty()
                : Optional.of(new ProviderSettings(id, kind, url, key));
    }

    private @Nullable URI baseUrl(Fields fields, @Nullable Kind kind) {
        Boolean allowHttp = fields.bool("allow_http");
        String text = fields.text("base_url");
        if (text == null) {
            return kind == null ? null : otherUrl(fields, kind);
        }
        Optional<String> mistake = BaseUrl.mistake(text, allowHttp != null && allowHttp);
        if (mistake.isPresent()) {
            String help = mistake.get().endsWith(BaseUrl.LEAVE) ? " (\"allow_http\": true)" : "";
            mistakes.add(fields.place("base_url"), mistake.get() + help);
            return null;
        }
        return URI.create(text);
    }

    private @Nullable URI otherUrl(Fields fields, Kind kind) {
        Optional<String> mistake = vendors.mistake(kind);
        if (mistake.isPresent()) {
            mistakes.add(fields.object(), "has no base_url, and " + mistake.get());
            return null;
        }
        return vendors.baseUrl(kind);
    }

    private String key(Fields fields, @Nullable Kind kind) {
        String key = fields.text("key");
        if (key == null) {
            return kind == null ? "" : Vendors.keyName(kind);
        }
        if (!KEY_NAME.matcher(key).matches()) {
            mistakes.add(
                    fields.place("key"),
                    "is not the name of a variable or of a secret's entry, such as OPENAI_API_KEY; the key itself does not belong here");
        }
        return key;
    }

    private static SequencedMap<String, Kind> kinds() {
        var kinds = new LinkedHashMap<String, Kind>();
        for (Kind kind : Kind.values()) {
            kinds.put(kind.name().toLowerCase(Locale.ROOT), kind);
        }
        return Collections.unmodifiableSequencedMap(kinds);
    }
}
