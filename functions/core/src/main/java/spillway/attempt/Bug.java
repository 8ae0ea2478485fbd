package spillway.attempt;

import spillway.chat.ProviderException;
import spillway.chat.ProviderFailure;

/**
 * Names a fault of our own in a provider: by class and place, never by message, which can hold what
 * a log must not.
 */
final class Bug {
    private Bug() {}

    static ProviderException asFailure(Throwable bug) {
        return new ProviderException(new ProviderFailure.Malformed(nameOf(bug)), bug);
    }

    /** Tells whoever hears of uncaught exceptions, where no attempt can fail of it any more. */
    static void tell(Throwable bug) {
        var nameless = new IllegalStateException(nameOf(bug));
        nameless.setStackTrace(bug.getStackTrace());
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, nameless);
    }

    private static String nameOf(Throwable bug) {
        String what = "bug " + bug.getClass().getSimpleName();
        StackTraceElement[] trace = bug.getStackTrace();
        if (trace.length == 0) {
            return what;
        }
        String type = trace[0].getClassName();
        String place = type.substring(type.lastIndexOf('.') + 1) + " " + trace[0].getMethodName();
        String placed = what + " " + place.replace('$', '.');
        // A place that does not pass for a code would take the class with it.
        return ProviderFailure.safeCode(placed).equals(placed) ? placed : what;
    }
}
