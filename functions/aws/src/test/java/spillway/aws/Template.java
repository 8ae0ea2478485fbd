package spillway.aws;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** {@code infra/template.yaml}, read as CloudFormation does: an intrinsic function is no text. */
final class Template {
    static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

    private final Map<String, Object> document;

    private Template(Map<String, Object> document) {
        this.document = document;
    }

    static Template read() throws IOException {
        Yaml yaml = new Yaml(new Intrinsics());
        try (Reader in = Files.newBufferedReader(ROOT.resolve("infra/template.yaml"))) {
            return new Template(yaml.load(in));
        }
    }

    /** A call such as {@code !Ref X}. */
    record Intrinsic(String tag, Object argument) {}

    /** The functions by name, each with the properties all share under its own. */
    Map<String, Map<String, Object>> functions() {
        Map<String, Map<String, Object>> functions = new LinkedHashMap<>();
        map(document.get("Resources"))
                .forEach(
                        (name, resource) -> {
                            if ("AWS::Serverless::Function".equals(map(resource).get("Type"))) {
                                Map<String, Object> all =
                                        new LinkedHashMap<>(
                                                map(map(document.get("Globals")).get("Function")));
                                all.putAll(map(map(resource).get("Properties")));
                                functions.put(name, all);
                            }
                        });
        return functions;
    }

    Map<String, Object> resource(String name) {
        return map(map(document.get("Resources")).get(name));
    }

    Map<String, Object> resources() {
        return map(document.get("Resources"));
    }

    Map<String, Object> parameter(String name) {
        return map(map(document.get("Parameters")).get(name));
    }

    Map<String, Object> outputs() {
        return map(document.get("Outputs"));
    }

    static Set<String> variables(Map<String, Object> function) {
        return map(map(function.get("Environment")).get("Variables")).keySet();
    }

    static Set<String> actions(Map<String, Object> function) {
        Set<String> actions = new TreeSet<>();
        for (Map<String, Object> statement : statements(function)) {
            Object action = statement.get("Action");
            Stream<?> each = action instanceof List<?> list ? list.stream() : Stream.of(action);
            each.map(String.class::cast).forEach(actions::add);
        }
        return actions;
    }

    static List<Map<String, Object>> statements(Map<String, Object> function) {
        List<Map<String, Object>> statements = new ArrayList<>();
        for (Object policy : (List<?>) Objects.requireNonNull(function.get("Policies"))) {
            for (Object statement :
                    (List<?>) Objects.requireNonNull(map(policy).get("Statement"))) {
                statements.add(map(statement));
            }
        }
        return statements;
    }

    @SuppressWarnings("unchecked") // A mapping of YAML whose keys are texts.
    static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    private static final class Intrinsics extends SafeConstructor {
        Intrinsics() {
            super(new LoaderOptions());
            yamlMultiConstructors.put(
                    "!",
                    new AbstractConstruct() {
                        @Override
                        public Object construct(Node node) {
                            return new Intrinsic(node.getTag().getValue(), argument(node));
                        }
                    });
        }

        private Object argument(Node node) {
            return switch (node) {
                case ScalarNode scalar -> scalar.getValue();
                case SequenceNode sequence -> constructSequence(sequence);
                case MappingNode mapping -> constructMapping(mapping);
                default -> throw new IllegalArgumentException("no argument: " + node);
            };
        }
    }
}
