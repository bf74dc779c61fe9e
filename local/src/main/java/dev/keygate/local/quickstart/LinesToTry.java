package dev.keygate.local.quickstart;

import java.nio.file.Path;

/** What a person can paste once the stack is ready: the lines of the README. */
final class LinesToTry {

  private LinesToTry() {}

  /**
   * The lines, with a way back first when the key of the examples was revoked in an earlier run.
   */
  static String of(Path environmentFile, boolean revoked) {
    String again =
        revoked
            ? """
            # first-key was revoked in an earlier run: this issues a new key
            kubectl patch apikey -n demo first-key --type merge -p '{"spec":{"revoked":false}}'
            kubectl wait -n demo apikey/first-key --for=condition=Ready --timeout=3m
            """
            : "";
    return """
    # once more in each new terminal, and after each start
    . %s
    %skubectl get orgs,apikeys -A
    KEY=$(kubectl get secret -n demo first-key -o jsonpath='{.data.api-key}' | base64 -d)
    # 200, with what the upstream saw
    curl -i -H "X-API-Key: $KEY" $KEYGATE_URL/v1/organizations/acme/hello
    # 401 INVALID_API_KEY: no key
    curl -i $KEYGATE_URL/v1/organizations/acme/hello
    # 403 ORG_ACCESS_DENIED: another tenant's organization
    curl -i -H "X-API-Key: $KEY" $KEYGATE_URL/v1/organizations/globex/hello
    # 403 PERMISSION_DENIED: this key may not read reports
    curl -i -H "X-API-Key: $KEY" $KEYGATE_URL/v1/reports/monthly
    # its requests and last use, which come every few seconds
    kubectl wait -n demo apikey/first-key --for=jsonpath='{.status.usage.lastUsedAt}'
    kubectl get apikey -n demo first-key
    # revoke it: 401 from now on, on every replica
    kubectl patch apikey -n demo first-key --type merge -p '{"spec":{"revoked":true}}'
    kubectl wait -n demo apikey/first-key --for=jsonpath='{.status.revocation.finalAt}' --timeout=3m
    curl -i -H "X-API-Key: $KEY" $KEYGATE_URL/v1/organizations/acme/hello
    # a new key; the old one stays dead
    kubectl patch apikey -n demo first-key --type merge -p '{"spec":{"revoked":false}}'
    kubectl wait -n demo apikey/first-key --for=condition=Ready --timeout=3m
    """
        .formatted(environmentFile, again);
  }
}
