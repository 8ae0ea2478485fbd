package spillway.health;

import java.util.Optional;

/**
 * What one request knows of the board: something to decide on at once, and perhaps news while it
 * waits.
 */
public interface BoardView {
    /** The board to decide on. The same at every call. */
    Board known();

    /**
     * Begins the read beside this request, unless the known board is fresh or it has begun. Called
     * once the request waits for a provider, so that the read takes no time from what comes before.
     */
    void refresh();

    /** Whether {@link #news} may still come: a read is under way, or waits for {@link #refresh}. */
    boolean isReading();

    /** The board that the read beside this request has brought, once it is there. Never blocks. */
    Optional<Board> news();

    /** A view of which no news will come. */
    static BoardView of(Board board) {
        return new BoardView() {
            @Override
            public Board known() {
                return board;
            }

            @Override
            public void refresh() {}

            @Override
            public boolean isReading() {
                return false;
            }

            @Override
            public Optional<Board> news() {
                return Optional.empty();
            }
        };
    }
}
