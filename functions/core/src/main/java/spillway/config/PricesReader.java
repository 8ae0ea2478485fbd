package spillway.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import spillway.json.Fields;
import spillway.json.Json;
import spillway.json.Mistakes;
import spillway.json.Words;
import spillway.provider.ProviderSettings;
import spillway.usage.PriceTable;
import spillway.usage.Tariff;

/** Reads the prices that a routes file says. For one file. */
final class PricesReader {
    private final Mistakes mistakes;
    private final TargetNames targetNames;
    private final TariffReader reader;
    private final Map<String, List<Tariff>> said = new HashMap<>();

    PricesReader(Mistakes mistakes, TargetNames targetNames) {
        this.mistakes = mistakes;
        this.targetNames = targetNames;
        this.reader = new TariffReader(mistakes);
    }

    /** After the routes, since prices of what no route uses are a slip of the hand. */
    void read(Json.Obj all) {
        Fields targets = Fields.of(all, mistakes, all.members().keySet());
        for (String target : all.members().keySet()) {
            Json.Place at = Objects.requireNonNull(all.names().get(target));
            if (targetNames.parse(target, at).isPresent() && !isUsed(target)) {
                mistakes.add(
                        at,
                        "is a target of no route" + Words.suggestion(target, targetNames.used()));
            }
            said.put(target, reader.tariffs(targets, target));
        }
    }

    /** What was said, and the public prices where nothing was. */
    PriceTable table(Collection<ProviderSettings> providers) {
        return ListPrices.with(providers, said);
    }

    private boolean isUsed(String target) {
        return targetNames.used().stream()
                .anyMatch(
                        used -> used.equals(target) || PriceTable.withoutDate(used).equals(target));
    }
}
