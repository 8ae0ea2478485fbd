package spillway.aws.health;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import spillway.health.Counters;
import spillway.health.Evidence;
import spillway.health.HealthStore;
import spillway.health.ProbeLease;
import spillway.health.Tally;
import spillway.health.TargetHealth;

/**
 * Health in a DynamoDB table with the string keys {@code pk} and {@code sk} and the TTL attribute
 * {@code ttl}. Needs {@code GetItem}, {@code UpdateItem} and {@code BatchGetItem}.
 *
 * <p>The board is read eventually consistent: what is a few milliseconds old decides well enough,
 * and every transition is conditional. Adding is not idempotent: if the client repeats a write
 * whose answer was lost, a failure counts twice.
 *
 * <p>Blocks no longer than the client's own time-outs; its exceptions are the client's.
 */
public final class DynamoDbHealthStore implements HealthStore {
    /** The most keys that one call may ask for. */
    private static final int KEYS_PER_CALL = 100;

    private static final int CALLS_PER_BATCH = 3;

    /** Keeps an update expression well below its limit of 4 KB. */
    private static final int STALE_PER_WRITE = 100;

    private final DynamoDbClient client;
    private final String table;

    /**
     * What the last write to a target's counters showed to be no longer of use; the next takes it
     * along.
     */
    private final Map<String, Set<String>> staleByTarget = new ConcurrentHashMap<>();

    public DynamoDbHealthStore(DynamoDbClient client, String table) {
        this.client = Objects.requireNonNull(client);
        this.table = Objects.requireNonNull(table);
    }

    @Override
    public Map<String, TargetHealth> board(Set<String> targets) {
        Map<String, AttributeValue> item =
                client.getItem(get -> get.tableName(table).key(BoardItem.KEY)).item();
        Map<String, TargetHealth> board = new HashMap<>();
        for (String target : targets) {
            BoardItem attributes = new BoardItem(target);
            if (attributes.isIn(item)) {
                board.put(target, attributes.of(item));
            }
        }
        return board;
    }

    @Override
    public Counters add(String target, Evidence evidence, Instant now) {
        Set<String> stale = Objects.requireNonNullElse(staleByTarget.remove(target), Set.of());
        Map<String, AttributeValue> item =
                client.updateItem(
                                CountersItem.adding(evidence, now, stale)
                                        .of(table, CountersItem.key(target)))
                        .attributes();
        Set<String> left =
                CountersItem.stale(item, evidence, now).stream()
                        .limit(STALE_PER_WRITE)
                        .collect(Collectors.toSet());
        if (!left.isEmpty()) {
            staleByTarget.put(target, left);
        }
        return CountersItem.counters(item, evidence, now);
    }

    @Override
    public Written transition(TargetHealth from, TargetHealth to) {
        BoardItem board = new BoardItem(from.target());
        Update update = board.to(to).set(board.version, Values.number(from.version() + 1));
        String version = update.name(board.version);
        return write(
                board,
                from.version() == 0
                        ? update.onlyIf("attribute_not_exists(" + version + ")")
                        : update.onlyIf(
                                version + " = " + update.value(Values.number(from.version()))));
    }

    @Override
    public Written leaseProbe(String target, String owner, Instant now, Instant until) {
        BoardItem board = new BoardItem(target);
        Update update =
                new Update()
                        .set(board.owner, Values.text(owner))
                        .set(board.probeUntil, Values.moment(until))
                        .add(board.fence, 1);
        String moment = update.value(Values.moment(now));
        String lease = update.name(board.probeUntil);
        update.onlyIf(
                update.name(board.state)
                        + " = "
                        + update.value(Values.text(BoardItem.letter(TargetHealth.State.OPEN)))
                        + " AND "
                        + update.name(board.openUntil)
                        + " <= "
                        + moment
                        + " AND (attribute_not_exists("
                        + lease
                        + ") OR "
                        + lease
                        + " <= "
                        + moment
                        + ")");
        try {
            return written(board, update);
        } catch (ConditionalCheckFailedException e) {
            // The client may have repeated a write that had succeeded.
            boolean isMine = owner.equals(Values.text(e.item(), board.owner));
            return new Written(isMine, board.of(e.item()));
        }
    }

    @Override
    public Written settleProbe(ProbeLease lease, TargetHealth to) {
        BoardItem board = new BoardItem(lease.target());
        return write(board, underFence(board.to(to).increment(board.version), board, lease));
    }

    @Override
    public Written releaseProbe(ProbeLease lease) {
        BoardItem board = new BoardItem(lease.target());
        Update update = new Update().remove(board.owner).remove(board.probeUntil);
        return write(board, underFence(update, board, lease));
    }

    @Override
    public Written coolDown(String target, Instant until) {
        BoardItem board = new BoardItem(target);
        Update update = new Update();
        String cooldown = update.name(board.cooldownUntil);
        String moment = update.value(Values.moment(until));
        return write(
                board,
                update.set(board.cooldownUntil, Values.moment(until))
                        .onlyIf(
                                "attribute_not_exists("
                                        + cooldown
                                        + ") OR "
                                        + cooldown
                                        + " <= "
                                        + moment));
    }

    @Override
    public Map<String, Tally> tallies(Set<String> targets, Instant now) {
        Map<String, Tally> tallies = new HashMap<>();
        List<String> all = List.copyOf(targets);
        for (int from = 0; from < all.size(); from += KEYS_PER_CALL) {
            List<String> some = all.subList(from, Math.min(all.size(), from + KEYS_PER_CALL));
            for (Map<String, AttributeValue> item : items(some)) {
                String pk = Objects.requireNonNull(Values.text(item, "pk"));
                tallies.put(pk.substring("H#".length()), CountersItem.tally(item, now));
            }
        }
        return tallies;
    }

    /** A batch may come in parts; what does not come after some calls is left out. */
    private List<Map<String, AttributeValue>> items(List<String> targets) {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        Map<String, KeysAndAttributes> wanted =
                Map.of(
                        table,
                        KeysAndAttributes.builder()
                                .keys(targets.stream().map(CountersItem::key).toList())
                                .build());
        for (int call = 0; call < CALLS_PER_BATCH && !wanted.isEmpty(); call++) {
            Map<String, KeysAndAttributes> asked = wanted;
            BatchGetItemResponse response = client.batchGetItem(get -> get.requestItems(asked));
            items.addAll(response.responses().getOrDefault(table, List.of()));
            wanted = response.unprocessedKeys();
        }
        return items;
    }

    private static Update underFence(Update update, BoardItem board, ProbeLease lease) {
        return update.onlyIf(
                update.name(board.fence)
                        + " = "
                        + update.value(Values.number(lease.fence()))
                        + " AND "
                        + update.name(board.owner)
                        + " = "
                        + update.value(Values.text(lease.owner())));
    }

    private Written write(BoardItem board, Update update) {
        try {
            return written(board, update);
        } catch (ConditionalCheckFailedException e) {
            return new Written(false, board.of(e.item()));
        }
    }

    private Written written(BoardItem board, Update update) {
        return new Written(
                true, board.of(client.updateItem(update.of(table, BoardItem.KEY)).attributes()));
    }
}
