package io.sluice.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ClientRule.Part;
import io.sluice.config.ClientRule.Place;
import io.sluice.grip.ClientPolicy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientRuleReaderTest {
    private static RoutesFile.Parsed parse(String parameters) {
        return RoutesFile.parse("routes", Path.of("conf"), "*," + parameters + " a:1");
    }

    private static ClientRule rule(String parameters) {
        RoutesFile.Parsed parsed = parse(parameters);
        assertThat(parsed.problems()).isEmpty();
        return requireNonNull(parsed.routes().get(0).client());
    }

    @Test
    void an_id_has_a_place_and_a_policy() {
        assertThat(rule("client=header:X-User"))
                .isEqualTo(new ClientRule(new Place(Part.HEADER, "X-User"), null, ClientPolicy.NEWEST));
        assertThat(rule("client=cookie:sid,client_policy=oldest"))
                .isEqualTo(new ClientRule(new Place(Part.COOKIE, "sid"), null, ClientPolicy.OLDEST));
        assertThat(rule("client=query:u,client_policy=max=5"))
                .isEqualTo(new ClientRule(new Place(Part.QUERY, "u"), null, new ClientPolicy(5, false)));
    }

    @Test
    void a_token_has_a_claim_and_a_key() {
        ClientRule bearer = rule("client=jwt:sub,client_key=secret");
        assertThat(bearer.place()).isEqualTo(new Place(Part.HEADER, "Authorization"));
        ClientRule.Token token = requireNonNull(bearer.token());
        assertThat(token.claim()).isEqualTo("sub");
        assertThat(token.key().algorithm()).isEqualTo("HS256");
        assertThat(rule("client=jwt:sub,client_key=base64:c2VjcmV0,client_token=cookie:t")
                        .place())
                .isEqualTo(new Place(Part.COOKIE, "t"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client=user                        | client 'user' must be header:NAME, cookie:NAME, query:NAME or jwt:CLAIM",
                "client=header:                     | client 'header:' must have a name after the colon",
                "client=header:a b                  | must have a name",
                "client=jwt:,client_key=k           | client 'jwt:' must name a claim",
                "client=jwt:sub                     | client=jwt:CLAIM needs client_key",
                "client=jwt:sub,client_key=file:none| client_key: cannot read key file none",
                "client=jwt:sub,client_key=k,client_token=body:t | client_token 'body:t' must be header:NAME, cookie:NAME or query:NAME",
                "client=header:a,client_key=k       | client_key and client_token are for client=jwt:CLAIM only",
                "client=header:a,client_policy=some | client_policy: policy 'some' must be newest, oldest or max=N",
                "client_policy=oldest               | client_policy needs client",
            })
    void what_is_wrong_is_told_by_name(String parameters, String text) {
        String quoted = parameters.contains(" ") ? '"' + parameters + '"' : parameters;
        RoutesFile.Parsed parsed = parse(quoted);
        assertThat(parsed.routes()).isEmpty();
        assertThat(parsed.problems()).hasSize(1);
        assertThat(List.of(parsed.problems().get(0).toString()).toString()).contains(text);
    }
}
