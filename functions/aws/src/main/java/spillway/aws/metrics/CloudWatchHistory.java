package spillway.aws.metrics;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import spillway.attempt.Target;
import spillway.health.HealthHistory;
import spillway.time.Ticker;

/**
 * What the fleet's metrics say of the last three hours, read by one GetMetricData and kept for a
 * minute, also when the reading failed: each metric asked for costs money.
 *
 * <p>While one caller reads, others get what was known before, if anything was.
 */
public final class CloudWatchHistory implements HealthHistory {
    static final Duration SPAN = Duration.ofHours(3);
    static final Duration PERIOD = Duration.ofMinutes(5);
    static final Duration FRESH = Duration.ofSeconds(60);

    /** One GetMetricData takes 500 queries. */
    private static final int MOST_TARGETS = 500 / Measure.values().length;

    private final Supplier<CloudWatchClient> client;
    private final String namespace;
    private final List<Target> targets;
    private final Clock clock;
    private final Ticker ticker;
    private final ReentrantLock reading = new ReentrantLock();

    private volatile @Nullable Known known;

    /**
     * The history of these targets; of more than 125, the first 125. No client is made before the
     * first read.
     */
    public CloudWatchHistory(
            Supplier<CloudWatchClient> client,
            String namespace,
            Collection<Target> targets,
            Clock clock,
            Ticker ticker) {
        this.client = client;
        this.namespace = namespace;
        this.targets = targets.stream().limit(MOST_TARGETS).toList();
        this.clock = clock;
        this.ticker = ticker;
    }

    @Override
    public Reading read() {
        Known before = known;
        if (before != null && (before.isFresh(ticker) || !reading.tryLock())) {
            return before.reading;
        }
        if (before == null) {
            reading.lock();
        }
        try {
            Known meanwhile = known;
            if (meanwhile != null && meanwhile.isFresh(ticker)) {
                return meanwhile.reading;
            }
            Known now = new Known(readNow(), ticker.nanos());
            known = now;
            return now.reading;
        } finally {
            reading.unlock();
        }
    }

    private Reading readNow() {
        Instant now = clock.instant();
        try {
            GetMetricDataResponse response =
                    client.get()
                            .getMetricData(
                                    get ->
                                            get.metricDataQueries(queries())
                                                    .startTime(now.minus(SPAN))
                                                    .endTime(now)
                                                    .scanBy(ScanBy.TIMESTAMP_ASCENDING));
            return new Recorded(now, PERIOD, series(response));
        } catch (SdkException e) {
            // Its message can name the account.
            return new Absent(
                    "CloudWatch could not be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private List<MetricDataQuery> queries() {
        List<MetricDataQuery> queries = new ArrayList<>();
        for (int target = 0; target < targets.size(); target++) {
            for (Measure measure : Measure.values()) {
                queries.add(query(id(target, measure), targets.get(target), measure));
            }
        }
        return queries;
    }

    private MetricDataQuery query(String id, Target target, Measure measure) {
        Metric metric =
                Metric.builder()
                        .namespace(namespace)
                        .metricName(measure.metric)
                        .dimensions(
                                dimension(MetricNames.PROVIDER, target.provider()),
                                dimension(MetricNames.MODEL, target.model()))
                        .build();
        MetricStat stat =
                MetricStat.builder()
                        .metric(metric)
                        .period((int) PERIOD.toSeconds())
                        .stat(measure.statistic)
                        .build();
        return MetricDataQuery.builder().id(id).metricStat(stat).build();
    }

    private static Dimension dimension(String name, String value) {
        return Dimension.builder().name(name).value(value).build();
    }

    private List<Series> series(GetMetricDataResponse response) {
        List<Series> series = new ArrayList<>();
        for (int target = 0; target < targets.size(); target++) {
            for (Measure measure : Measure.values()) {
                String id = id(target, measure);
                List<Point> points = new ArrayList<>();
                for (MetricDataResult result : response.metricDataResults()) {
                    if (id.equals(result.id())) {
                        points.addAll(points(result, measure));
                    }
                }
                series.add(new Series(targets.get(target).id(), measure.wireName, points));
            }
        }
        return series;
    }

    private static List<Point> points(MetricDataResult result, Measure measure) {
        int count = Math.min(result.timestamps().size(), result.values().size());
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                new Point(
                                        result.timestamps().get(i),
                                        result.values().get(i) * measure.factor))
                .toList();
    }

    /** CloudWatch wants a lower-case letter first. */
    private static String id(int target, Measure measure) {
        return "q" + target + "_" + measure.wireName;
    }

    /** What is asked of each target. */
    private enum Measure {
        ATTEMPTS("attempts", MetricNames.ATTEMPT_DURATION, "SampleCount", 1),
        FAILURES("failures", MetricNames.ATTEMPT_FAILURES, "Sum", 1),
        MEDIAN("first_content_ms_p50", MetricNames.TIME_TO_FIRST_CONTENT, "p50", 1000),
        WORST("first_content_ms_p99", MetricNames.TIME_TO_FIRST_CONTENT, "p99", 1000);

        private final String wireName;
        private final String metric;
        private final String statistic;
        private final double factor;

        Measure(String wireName, String metric, String statistic, double factor) {
            this.wireName = wireName;
            this.metric = metric;
            this.statistic = statistic;
            this.factor = factor;
        }
    }

    private record Known(Reading reading, long at) {
        boolean isFresh(Ticker ticker) {
            return ticker.nanos() - at < FRESH.toNanos();
        }
    }
}
