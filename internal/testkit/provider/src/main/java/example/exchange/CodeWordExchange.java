package example.exchange;

import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.keycloak.protocol.oidc.TokenExchangeContext;
import org.keycloak.protocol.oidc.tokenexchange.StandardTokenExchangeProvider;

/** An exchange as people write their own: the standard one, for whoever knows the code word. */
public class CodeWordExchange extends StandardTokenExchangeProvider {

    static final String PARAMETER = "code_word";

    @Override
    public boolean supports(TokenExchangeContext context) {
        return context.getFormParams().containsKey(PARAMETER);
    }

    @Override
    public Response exchange(TokenExchangeContext context) {
        if (!"open sesame".equals(context.getFormParams().getFirst(PARAMETER))) {
            return Response.status(Response.Status.BAD_REQUEST)
                    .entity(Map.of("error", "invalid_grant", "error_description", "The code word is wrong"))
                    .build();
        }
        return super.exchange(context);
    }
}
