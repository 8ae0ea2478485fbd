package spillway.local.faults;

import java.util.List;

/**
 * The public scorecard of 2026-09-12, profile full: Failover Bench (failoverbench.dev), Saksham
 * Kumar, CC BY 4.0. One letter for each of the scenarios S01 to S16.
 */
enum Peers {
    BIFROST("Bifrost 2.1.1", "APPPPFASSPPPASPP"),
    DEEPSEEK("DeepSeek Harness with fallbacks", "APAPPPAPPSPPPPPP"),
    LANGCHAIN("LangChain with fallbacks", "PPPPPAASSSPPASPP"),
    LITELLM("LiteLLM proxy", "PPPPPAASSSPPASPP"),
    LITELLM_ROUTER("LiteLLM Router, tuned", "PPPPPAASSSPPASPP"),
    OPENAI("openai-python", "PSPSPSPSSSPSPSSS"),
    PORTKEY("Portkey Gateway OSS", "PPPPPPAFFPPPAFPP"),
    NONE("no gateway", "SSSSSSPSSPPSPSSS"),
    REFERENCE("the bench's own reference", "PPPPPPPPPPPPPPPP");

    private final String title;
    private final String letters;

    Peers(String title, String letters) {
        this.title = title;
        this.letters = letters;
    }

    String title() {
        return title;
    }

    List<Verdict> verdicts() {
        return letters.chars().mapToObj(letter -> Verdict.of((char) letter)).toList();
    }
}
