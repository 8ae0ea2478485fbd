package spillway.json;

import java.util.Objects;

/**
 * Something wrong with a document.
 *
 * @param detail what is wrong, and what would be right; repeats no long text of the document
 */
public record Mistake(Json.Place place, String detail) {
    public Mistake {
        Objects.requireNonNull(place);
        Objects.requireNonNull(detail);
    }
}
