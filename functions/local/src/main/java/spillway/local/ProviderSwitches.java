package spillway.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import spillway.local.http.Header;
import spillway.local.http.HttpHandler;
import spillway.local.http.HttpRequest;
import spillway.local.http.HttpResponse;
import spillway.testkit.provider.Fault;

/**
 * Breaks and heals scripted providers: {@code GET /local/providers}, {@code POST
 * /local/providers/{name}/break?fault=…}, {@code POST /local/providers/{name}/heal}.
 */
final class ProviderSwitches implements HttpHandler {
    private static final String ALL = "/local/providers";
    private static final Pattern ONE = Pattern.compile(ALL + "/([a-z]+)/(break|heal)");
    private static final Pattern FAULT = Pattern.compile("fault=([a-z0-9-]+)");
    private static final JsonFactory JSON = new JsonFactory();
    private static final Header TYPE = new Header("content-type", "application/json");
    private static final Header NO_STORE = new Header("cache-control", "no-store");

    private final ScriptedProviders providers;

    ProviderSwitches(ScriptedProviders providers) {
        this.providers = providers;
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws IOException {
        Matcher one = ONE.matcher(request.path());
        boolean isAll = request.path().equals(ALL);
        boolean isOne = one.matches() && providers.knows(one.group(1));
        if (!isAll && !isOne) {
            Problems.send(
                    response,
                    404,
                    "There is no such scripted provider; those are "
                            + String.join(", ", providers.state().keySet())
                            + ".");
        } else if (!request.method().equals(isAll ? "GET" : "POST")) {
            Problems.send(
                    response,
                    405,
                    "This is done with " + (isAll ? "GET." : "POST."),
                    new Header("allow", isAll ? "GET" : "POST"));
        } else if (isAll) {
            tell(response, true);
        } else {
            turn(one.group(1), one.group(2), request.query(), response);
        }
    }

    private void turn(String name, String action, String query, HttpResponse response)
            throws IOException {
        if (action.equals("heal")) {
            providers.heal(name);
            tell(response, false);
            return;
        }
        Matcher fault = FAULT.matcher(query);
        if (fault.matches() && providers.breakWith(name, fault.group(1))) {
            tell(response, false);
        } else {
            Problems.send(
                    response,
                    400,
                    "The query is not fault= and one of: "
                            + String.join(", ", Fault.catalogue().keySet())
                            + ".");
        }
    }

    /**
     * @param withFaults whether to list all that there are
     */
    private void tell(HttpResponse response, boolean withFaults) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("providers");
            for (Map.Entry<String, Optional<String>> one : providers.state().entrySet()) {
                json.writeStartObject();
                json.writeStringField("name", one.getKey());
                json.writeStringField("fault", one.getValue().orElse(null));
                json.writeNumberField("attempts", providers.server(one.getKey()).attempts().size());
                json.writeEndObject();
            }
            json.writeEndArray();
            if (withFaults) {
                json.writeArrayFieldStart("faults");
                for (String fault : Fault.catalogue().keySet()) {
                    json.writeString(fault);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }
        response.send(200, List.of(TYPE, NO_STORE), bytes.toByteArray());
    }
}
