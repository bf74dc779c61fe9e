package dev.keygate.gateway.firewall;

import dev.keygate.gateway.decision.OrganizationClaim;
import dev.keygate.gateway.decision.OrganizationClaim.Ambiguous;
import dev.keygate.gateway.decision.OrganizationClaim.Named;
import dev.keygate.gateway.firewall.RequestHeaders.Selector;
import org.jspecify.annotations.Nullable;

/**
 * Which organization a request says it is about: path segment, query {@code organization_id} or
 * {@code organizationId}, header {@code X-Organization-Id}. All that are present must name one and
 * the same, each exactly once.
 */
public final class OrganizationSelectors {

  private static final OrganizationClaim REPEATED =
      new Ambiguous("An organization must be named once only in each place.");
  private static final OrganizationClaim LOOK_ALIKE =
      new Ambiguous(
          "A query parameter or header looks like the one that names an organization; write"
              + " organization_id, organizationId or X-Organization-Id.");
  private static final OrganizationClaim NOT_AN_ID =
      new Ambiguous("An organization id has 1 to 64 letters, digits, '_' and '-'.");
  private static final OrganizationClaim DIFFERENT =
      new Ambiguous("The request names two different organizations.");

  private @Nullable String id;

  private OrganizationSelectors() {}

  /**
   * What all of them together say.
   *
   * @param segment the raw path segment that names the organization; null when the route has none
   */
  public static OrganizationClaim read(
      @Nullable String segment, RequestTarget.Canonical target, Selector header) {
    if (segment == null && header instanceof Selector.Absent && !target.hasQuery()) {
      return OrganizationClaim.OWN;
    }
    return new OrganizationSelectors().combine(segment, target, header);
  }

  private OrganizationClaim combine(
      @Nullable String segment, RequestTarget.Canonical target, Selector header) {
    OrganizationClaim problem = segment == null ? OrganizationClaim.OWN : add(segment);
    if (problem instanceof OrganizationClaim.Own) {
      problem =
          switch (header) {
            case Selector.Absent() -> OrganizationClaim.OWN;
            case Selector.Once(var value) -> add(value);
            case Selector.Repeated() -> REPEATED;
            case Selector.Alias() -> LOOK_ALIKE;
          };
    }
    if (problem instanceof OrganizationClaim.Own) {
      problem = addQuery(target.raw(), target.pathEnd() + 1);
    }
    if (!(problem instanceof OrganizationClaim.Own)) {
      return problem;
    }
    return id == null ? OrganizationClaim.OWN : new Named(id);
  }

  private OrganizationClaim addQuery(String raw, int from) {
    boolean seen = false;
    for (int start = from; start < raw.length(); ) {
      int end = QueryNames.end(raw, start, "&");
      switch (QueryNames.classify(raw, start, end)) {
        case SELECTOR -> {
          if (seen) {
            return REPEATED;
          }
          seen = true;
          OrganizationClaim problem = add(raw.substring(raw.indexOf('=', start) + 1, end));
          if (!(problem instanceof OrganizationClaim.Own)) {
            return problem;
          }
        }
        case LOOK_ALIKE -> {
          return LOOK_ALIKE;
        }
        case OTHER -> {}
      }
      start = end + 1;
    }
    return OrganizationClaim.OWN;
  }

  /** Own when it agrees with what was named before. */
  private OrganizationClaim add(String named) {
    if (!OrganizationClaim.isId(named)) {
      return NOT_AN_ID;
    }
    if (id != null && !id.equals(named)) {
      return DIFFERENT;
    }
    id = named;
    return OrganizationClaim.OWN;
  }
}
