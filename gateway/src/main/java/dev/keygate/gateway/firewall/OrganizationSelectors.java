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

  private static final Ambiguous REPEATED =
      new Ambiguous("An organization must be named once only in each place.");
  private static final Ambiguous LOOK_ALIKE =
      new Ambiguous(
          "A query parameter or header looks like the one that names an organization; write"
              + " organization_id, organizationId or X-Organization-Id.");
  private static final Ambiguous NOT_AN_ID =
      new Ambiguous("An organization id has 1 to 64 letters, digits, '_' and '-'.");
  private static final Ambiguous DIFFERENT =
      new Ambiguous("The request names two different organizations.");

  private @Nullable String id;
  private @Nullable Ambiguous problem;

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
    OrganizationSelectors selectors = new OrganizationSelectors();
    if (segment != null) {
      selectors.add(segment);
    }
    selectors.addHeader(header);
    selectors.addQuery(target.raw(), target.pathEnd() + 1);
    return selectors.claim();
  }

  private OrganizationClaim claim() {
    if (problem != null) {
      return problem;
    }
    return id == null ? OrganizationClaim.OWN : new Named(id);
  }

  private void addHeader(Selector header) {
    switch (header) {
      case Selector.Absent() -> {}
      case Selector.Once(var value) -> add(value);
      case Selector.Repeated() -> problem = REPEATED;
      case Selector.Alias() -> problem = LOOK_ALIKE;
    }
  }

  private void addQuery(String raw, int from) {
    boolean seen = false;
    for (int start = from; start < raw.length(); ) {
      int end = QueryNames.end(raw, start, "&");
      switch (QueryNames.classify(raw, start, end)) {
        case SELECTOR -> {
          if (seen) {
            problem = REPEATED;
          }
          seen = true;
          add(raw.substring(raw.indexOf('=', start) + 1, end));
        }
        case LOOK_ALIKE -> problem = LOOK_ALIKE;
        case OTHER -> {}
      }
      start = end + 1;
    }
  }

  private void add(String named) {
    if (!OrganizationClaim.isId(named)) {
      problem = NOT_AN_ID;
    } else if (id != null && !id.equals(named)) {
      problem = DIFFERENT;
    } else {
      id = named;
    }
  }
}
