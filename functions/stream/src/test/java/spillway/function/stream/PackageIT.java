package spillway.function.stream;

import spillway.aws.PackagedFunction;

class PackageIT extends PackagedFunction {
    PackageIT() {
        super("stream", Main.class);
    }
}
