package spillway.health;

import java.util.List;

/** Tells of every configured target what is known fleet-wide, for whoever looks from outside. */
public interface HealthReports {
    /** The board alone: cheap enough to poll. */
    Board board();

    /** Everything, one report a target, in the order of configuration. */
    List<TargetReport> reports();
}
