package spillway.function.generate;

import spillway.aws.PackagedFunction;

class PackageIT extends PackagedFunction {
    PackageIT() {
        super("generate", Main.class);
    }
}
