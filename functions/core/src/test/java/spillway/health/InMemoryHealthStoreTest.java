package spillway.health;

class InMemoryHealthStoreTest extends HealthStoreContract {
    private final HealthStore store = new InMemoryHealthStore();

    @Override
    protected HealthStore store() {
        return store;
    }
}
