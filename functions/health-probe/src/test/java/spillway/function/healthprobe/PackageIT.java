package spillway.function.healthprobe;

import spillway.aws.PackagedFunction;

class PackageIT extends PackagedFunction {
    PackageIT() {
        super("health-probe", Main.class);
    }
}
