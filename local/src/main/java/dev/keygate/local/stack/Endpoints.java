package dev.keygate.local.stack;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the parts of a running stack are found.
 *
 * @param kubeconfig of the administrator
 * @param apiServer address of the API server
 * @param gateways address of each gateway replica
 * @param gatewayManagement management address of each gateway replica
 * @param operators management address of each operator replica
 * @param upstream address of the demo upstream
 * @param databaseUrl of the owner's role, with its password
 */
public record Endpoints(
    Path kubeconfig,
    String apiServer,
    List<String> gateways,
    List<String> gatewayManagement,
    List<String> operators,
    String upstream,
    String databaseUrl) {

  public Endpoints {
    gateways = List.copyOf(gateways);
    gatewayManagement = List.copyOf(gatewayManagement);
    operators = List.copyOf(operators);
  }

  @Override
  public String toString() {
    return "Endpoints[apiServer=" + apiServer + ", gateways=" + gateways + ", …[redacted]]";
  }

  /** The variables of {@code DIR/env}. */
  Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("KUBECONFIG", kubeconfig.toString());
    variables.put("KEYGATE_URL", gateways.isEmpty() ? "" : gateways.getFirst());
    variables.put("KEYGATE_URLS", String.join(" ", gateways));
    variables.put("KEYGATE_MANAGEMENT_URLS", String.join(" ", gatewayManagement));
    variables.put("KEYGATE_OPERATOR_URLS", String.join(" ", operators));
    variables.put("KEYGATE_UPSTREAM_URL", upstream);
    variables.put("DATABASE_URL", databaseUrl);
    return variables;
  }
}
