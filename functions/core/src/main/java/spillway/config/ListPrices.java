package spillway.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.JsonReader;
import spillway.json.Mistakes;
import spillway.provider.ProviderSettings;
import spillway.usage.PriceTable;
import spillway.usage.Tariff;

/** The vendors' public prices, which stand in {@code prices.jsonc} with their sources. */
final class ListPrices {
    private static final String FILE = "prices.jsonc";

    private ListPrices() {}

    /**
     * The public prices of each provider's vendor, wherever its API is, and in place of those the
     * ones that somebody said.
     *
     * @param said the tariffs by {@code provider/model}
     */
    static PriceTable with(Collection<ProviderSettings> providers, Map<String, List<Tariff>> said) {
        Map<String, Map<String, List<Tariff>>> vendors = read();
        Map<String, List<Tariff>> byTarget = new HashMap<>();
        for (ProviderSettings provider : providers) {
            String vendor = provider.kind().name().toLowerCase(Locale.ROOT);
            vendors.getOrDefault(vendor, Map.of())
                    .forEach(
                            (model, tariffs) -> byTarget.put(provider.id() + "/" + model, tariffs));
        }
        byTarget.putAll(said);
        return new PriceTable(byTarget);
    }

    /** By vendor and model. */
    static Map<String, Map<String, List<Tariff>>> read() {
        var mistakes = new Mistakes();
        var reader = new TariffReader(mistakes);
        Map<String, Map<String, List<Tariff>>> vendors = new HashMap<>();
        JsonReader.withComments()
                .read(bytes(), mistakes)
                .ifPresent(
                        document ->
                                members(document, mistakes)
                                        .object()
                                        .members()
                                        .forEach(
                                                (vendor, models) ->
                                                        vendors.put(
                                                                vendor,
                                                                tariffs(
                                                                        members(models, mistakes),
                                                                        reader))));
        if (!mistakes.isEmpty()) {
            throw new IllegalStateException(FILE + ": " + mistakes.inOrder());
        }
        return vendors;
    }

    private static Map<String, List<Tariff>> tariffs(Fields models, TariffReader reader) {
        Map<String, List<Tariff>> byModel = new HashMap<>();
        for (String model : models.object().members().keySet()) {
            byModel.put(model, reader.tariffs(models, model));
        }
        return byModel;
    }

    /** An object whose names are not known beforehand. */
    private static Fields members(Json value, Mistakes mistakes) {
        return value instanceof Json.Obj object
                ? Fields.of(object, mistakes, object.members().keySet())
                : Fields.ofValue(value, mistakes, List.of());
    }

    private static byte[] bytes() {
        try (InputStream in = ListPrices.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not beside its class");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
