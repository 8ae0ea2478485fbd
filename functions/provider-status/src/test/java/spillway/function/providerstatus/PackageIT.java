package spillway.function.providerstatus;

import spillway.aws.PackagedFunction;

class PackageIT extends PackagedFunction {
    PackageIT() {
        super("provider-status", Main.class);
    }
}
