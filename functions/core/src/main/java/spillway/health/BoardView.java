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
     * Whether a fresh read is still under way, so that asking for {@link #news} again may be worth
     * it.
     */
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
