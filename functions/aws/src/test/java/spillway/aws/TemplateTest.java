package spillway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import spillway.aws.config.Variable;
import spillway.aws.metrics.MetricNames;

/** Holds {@code infra/template.yaml} to the code, where no linter can. */
class TemplateTest {
    private static final Map<String, String> SERVICES =
            Map.of(
                    "DynamoDbClient", "dynamodb",
                    "SecretsManagerClient", "secretsmanager",
                    "CloudWatchClient", "cloudwatch");

    private static final JavaClasses CLASSES = ownClasses();

    private final Template template;

    TemplateTest() throws IOException {
        template = Template.read();
    }

    @Test
    void everyFunctionNamesAMainClassAndAZipOfItsOwnModule() {
        template.functions()
                .forEach(
                        (name, function) -> {
                            String handler = (String) function.get("Handler");
                            String code = (String) Objects.requireNonNull(function.get("CodeUri"));
                            assertThat(code)
                                    .as(name)
                                    .matches("\\.\\./functions/[a-z-]+/target/function\\.zip");
                            String module = code.replace("/target/function.zip", "");
                            Path source =
                                    Template.ROOT
                                            .resolve("infra")
                                            .resolve(module)
                                            .resolve("src/main/java")
                                            .resolve(
                                                    Objects.requireNonNull(handler)
                                                                    .replace('.', '/')
                                                            + ".java")
                                            .normalize();
                            assertThat(source).as(name).exists();
                        });
        assertThat(template.functions())
                .containsOnlyKeys("Generate", "Stream", "ProviderStatus", "HealthProbe");
    }

    @Test
    void everyVariableReadIsSetAndEveryVariableSetIsRead() {
        Set<String> read = variables(variable -> variable.setter() == Variable.Setter.TEMPLATE);
        template.functions()
                .forEach(
                        (name, function) -> {
                            Set<String> set = new TreeSet<>(Template.variables(function));
                            assertThat(set.remove("AWS_LAMBDA_EXEC_WRAPPER")).as(name).isTrue();
                            assertThat(set).as(name).isEqualTo(read);
                        });
    }

    @Test
    void everyVariableIsDocumented() throws IOException {
        String readme = Files.readString(Template.ROOT.resolve("functions/aws/README.md"));

        Set<String> documented =
                readme.lines()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.substring(3, line.indexOf('`', 3)))
                        .filter(name -> name.matches("[A-Z_]+"))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(variables(_ -> true));
    }

    @Test
    void noKeyStandsInTheConfigurationOfAFunction() {
        assertThat(variables(variable -> variable.setter() == Variable.Setter.OPERATOR))
                .isNotEmpty();
        template.functions()
                .values()
                .forEach(
                        function ->
                                assertThat(Template.variables(function))
                                        .noneMatch(name -> name.endsWith("_KEY")));
    }

    @Test
    void whatTheFunctionsMayDoIsWhatTheCodeCalls() {
        Set<String> allowed = new TreeSet<>();
        template.functions().values().forEach(each -> allowed.addAll(Template.actions(each)));

        assertThat(allowed).isEqualTo(actionsOf("spillway.aws"));
    }

    @Test
    void eachFunctionMayDoWhatItsOwnPartsCallAndNoMore() {
        Set<String> probes = actionsOf("spillway.aws.health", "spillway.aws.config");
        Set<String> answers = new TreeSet<>(probes);
        // Counters are read all at once by reports and probes alone.
        answers.remove("dynamodb:BatchGetItem");
        Set<String> looks =
                actionsOf("spillway.aws.health", "spillway.aws.metrics").stream()
                        .filter(action -> action.matches("[a-z]+:(Get|BatchGet|Query).*"))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(actions("Generate")).isEqualTo(answers);
        assertThat(actions("Stream")).isEqualTo(answers);
        assertThat(actions("HealthProbe")).isEqualTo(probes);
        assertThat(actions("ProviderStatus")).isEqualTo(looks);
    }

    @Test
    void onlyWhatKnowsNoResourcesIsAllowedOnAll() {
        template.functions()
                .values()
                .forEach(
                        function ->
                                Template.statements(function).stream()
                                        .filter(each -> "*".equals(each.get("Resource")))
                                        .forEach(
                                                each ->
                                                        assertThat(each)
                                                                .containsEntry(
                                                                        "Action",
                                                                        "cloudwatch:GetMetricData")));
    }

    @Test
    void everyUrlStreamsAndIsClosedToTheWorldUnlessTheDeployerOpensIt() {
        Set<String> withUrl = new TreeSet<>();
        template.functions()
                .forEach(
                        (name, function) -> {
                            if (function.get("FunctionUrlConfig") instanceof Map<?, ?> url) {
                                withUrl.add(name);
                                assertThat(url.get("AuthType"))
                                        .as(name)
                                        .isEqualTo(new Template.Intrinsic("!Ref", "UrlAuth"));
                                assertThat(url.get("InvokeMode"))
                                        .as(name)
                                        .isEqualTo("RESPONSE_STREAM");
                                assertThat(template.outputs()).containsKey(name + "Url");
                            }
                        });
        assertThat(withUrl).containsExactly("Generate", "ProviderStatus", "Stream");
        assertThat(template.parameter("UrlAuth")).containsEntry("Default", "AWS_IAM");
    }

    @Test
    void anOpenUrlHasBothPermissionsAndAClosedOneHasNone() {
        Map<String, Set<Map<String, Object>>> byFunction = new HashMap<>();
        template.resources()
                .values()
                .forEach(
                        each -> {
                            Map<String, Object> resource = Template.map(each);
                            if ("AWS::Lambda::Permission".equals(resource.get("Type"))) {
                                assertThat(resource).containsEntry("Condition", "IsPublic");
                                Map<String, Object> permission =
                                        new HashMap<>(Template.map(resource.get("Properties")));
                                var alias =
                                        (Template.Intrinsic)
                                                Objects.requireNonNull(
                                                        permission.remove("FunctionName"));
                                byFunction
                                        .computeIfAbsent(
                                                (String) alias.argument(), _ -> new HashSet<>())
                                        .add(permission);
                            }
                        });

        // From anything but a literal type of auth SAM makes none: all would get 403.
        Set<Map<String, Object>> both =
                Set.of(
                        Map.of(
                                "Action", "lambda:InvokeFunctionUrl",
                                "Principal", "*",
                                "FunctionUrlAuthType", "NONE"),
                        Map.of(
                                "Action", "lambda:InvokeFunction",
                                "Principal", "*",
                                "InvokedViaFunctionUrl", true));
        assertThat(byFunction)
                .isEqualTo(
                        Map.of(
                                "GenerateAliaslive", both,
                                "StreamAliaslive", both,
                                "ProviderStatusAliaslive", both));
    }

    @Test
    void aNameThatIsTakenForGoodIsGivenBackWhenTheFirstDeploymentFails() {
        template.resources()
                .forEach(
                        (name, each) -> {
                            Map<String, Object> resource = Template.map(each);
                            if ("AWS::Logs::LogGroup".equals(resource.get("Type"))) {
                                assertThat(resource)
                                        .as(name)
                                        .containsEntry("DeletionPolicy", "RetainExceptOnCreate");
                            }
                        });
    }

    @Test
    void anAlarmOnAMetricOfOursNamesOneThatIsWrittenWithoutDimensions() {
        assertThat(
                        Stream.of("IncompleteAnswers", "AccountRefused")
                                .map(
                                        alarm ->
                                                Template.map(
                                                        template.resource(alarm).get("Properties")))
                                .peek(alarm -> assertThat(alarm).doesNotContainKey("Dimensions"))
                                .map(alarm -> alarm.get("MetricName")))
                .containsExactly(MetricNames.INCOMPLETE_ANSWERS, MetricNames.ACCOUNT_REFUSALS);
    }

    @Test
    void anAlarmOverTwoFunctionsHearsOneThatIsCalledAlone() {
        for (String alarm : List.of("StreamErrors", "StreamsThrottled")) {
            Map<String, Object> properties =
                    Template.map(template.resource(alarm).get("Properties"));
            Map<String, Object> sum =
                    Template.map(
                            ((List<?>) Objects.requireNonNull(properties.get("Metrics")))
                                    .getFirst());
            assertThat(sum)
                    .as(alarm)
                    .containsEntry("Expression", "FILL(generate, 0) + FILL(stream, 0)");
        }
    }

    @Test
    void everyFunctionHasALogGroupThatForgets() {
        template.functions()
                .forEach(
                        (name, function) -> {
                            Map<String, Object> logging =
                                    Template.map(function.get("LoggingConfig"));
                            assertThat(logging).as(name).containsEntry("LogFormat", "JSON");
                            assertThat(logging.get("LogGroup"))
                                    .as(name)
                                    .isEqualTo(new Template.Intrinsic("!Ref", name + "Logs"));
                            Map<String, Object> group =
                                    Template.map(
                                            template.resource(name + "Logs").get("Properties"));
                            assertThat(group).as(name).containsKey("RetentionInDays");
                        });
    }

    @Test
    void everyFunctionStartsOurMainFromASnapshotBehindAnAlias() {
        template.functions()
                .forEach(
                        (name, function) ->
                                assertThat(function)
                                        .as(name)
                                        .containsEntry("Runtime", "java25")
                                        .containsEntry("AutoPublishAlias", "live")
                                        .containsEntry(
                                                "SnapStart", Map.of("ApplyOn", "PublishedVersions"))
                                        .containsKey("ReservedConcurrentExecutions")
                                        .doesNotContainKeys("VpcConfig", "TenancyConfig"));
    }

    @Test
    void theTableForgetsCostsNothingIdleAndIsNotDeletedByMistake() {
        Map<String, Object> table = template.resource("StateTable");
        Map<String, Object> properties = Template.map(table.get("Properties"));

        assertThat(table)
                .containsEntry("DeletionPolicy", "Retain")
                .containsEntry("UpdateReplacePolicy", "Retain");
        assertThat(properties)
                .containsEntry("BillingMode", "PAY_PER_REQUEST")
                .containsEntry("DeletionProtectionEnabled", true)
                .containsEntry(
                        "TimeToLiveSpecification", Map.of("AttributeName", "ttl", "Enabled", true))
                .doesNotContainKey("PointInTimeRecoverySpecification");
    }

    private Set<String> actions(String function) {
        return Template.actions(Objects.requireNonNull(template.functions().get(function)));
    }

    private static Set<String> variables(Predicate<Variable> which) {
        return Arrays.stream(Variable.values())
                .filter(which)
                .map(Variable::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The IAM actions of all calls of AWS clients in these packages. */
    private static Set<String> actionsOf(String... packages) {
        return CLASSES.stream()
                .filter(each -> Stream.of(packages).anyMatch(each.getPackageName()::startsWith))
                .flatMap(each -> each.getMethodCallsFromSelf().stream())
                .filter(call -> SERVICES.containsKey(call.getTargetOwner().getSimpleName()))
                .filter(call -> !Set.of("builder", "close", "create").contains(call.getName()))
                .map(TemplateTest::action)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Ours alone: the clients' own classes are thousands, and their names are enough. */
    private static JavaClasses ownClasses() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter().importPath(Path.of("target", "classes"));
    }

    private static String action(JavaMethodCall call) {
        String name = call.getName();
        return SERVICES.get(call.getTargetOwner().getSimpleName())
                + ":"
                + Character.toUpperCase(name.charAt(0))
                + name.substring(1);
    }
}
