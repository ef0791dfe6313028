/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-verdict-words.h"

#include <glib/gi18n-lib.h>

#include "codec/stile-certificate-text.h"

#define DAY (24 * 60 * 60)

/* What a verdict says to people: who, what it means, and whether Stile's own session suffers. */

/**
 * stile_verdict_words_shorten:
 * @text: from anybody
 *
 * Returns: (transfer full): presentable, and short enough for a sentence
 */
char *
stile_verdict_words_shorten (const char *text)
{
  gssize limit = 4 * STILE_VERDICT_WORDS_MAX_NAME;
  g_autofree char *harmless = stile_certificate_text_make_presentable (text, strnlen (text, (gsize)limit));
  g_autofree char *begin = NULL;

  if (g_utf8_strlen (harmless, -1) <= STILE_VERDICT_WORDS_MAX_NAME)
    return g_steal_pointer (&harmless);

  begin = g_utf8_substring (harmless, 0, STILE_VERDICT_WORDS_MAX_NAME - 1);
  return g_strconcat (begin, "…", NULL);
}

static gboolean
is_up (StileSignals *signals)
{
  return signals->atls == STILE_ATLS_ESTABLISHED;
}

/* --- nobody is reached --- */

static char *
describe_refusal (StileSignals *signals, const char *host)
{
  g_autofree char *proxy = stile_verdict_words_shorten (signals->proxy != NULL ? signals->proxy : "?");
  g_autofree char *schemes =
      signals->proxy_schemes != NULL ? stile_verdict_words_shorten (signals->proxy_schemes) : NULL;

  if (signals->proxy_status == 407 && schemes != NULL)
    return g_strdup_printf (
        _ ("The proxy %s wants to know who asks before it lets anybody through to %s (status 407, %s)."),
        proxy, host, schemes);
  if (signals->proxy_status == 407)
    return g_strdup_printf (
        _ ("The proxy %s wants to know who asks before it lets anybody through to %s (status 407)."), proxy,
        host);

  return g_strdup_printf (_ ("The proxy %s does not let this computer through to %s (status %u)."), proxy,
                          host, signals->proxy_status);
}

static char *
describe_unreachable (StileSignals *signals, const char *host)
{
  g_autofree char *proxy = stile_verdict_words_shorten (signals->proxy != NULL ? signals->proxy : "?");

  switch (signals->reach)
    {
    case STILE_REACH_NO_NAME:
      return g_strdup_printf (_ ("The name %s has no address here. That says nothing of interception."),
                              host);
    case STILE_REACH_NO_PROXY:
      return g_strdup_printf (_ ("The proxy %s cannot be reached. That says nothing of interception."),
                              proxy);
    case STILE_REACH_SILENT:
      return g_strdup_printf (_ ("A connection to %s comes up, and nobody says anything on it. That says "
                                 "nothing of interception."),
                              host);
    case STILE_REACH_NO_TLS:
      return g_strdup_printf (
          _ ("Whoever answers at %s, port %u, does not speak TLS. That says nothing of interception."), host,
          signals->port);
    case STILE_REACH_PROXY_REFUSED:
      return g_strdup_printf (
          _ ("The proxy %s does not reach %s (status %u). That says nothing of interception."), proxy, host,
          signals->proxy_status);
    case STILE_REACH_NOT_TRIED:
    case STILE_REACH_GOOD:
    case STILE_REACH_NO_CONNECTION:
    default:
      return g_strdup_printf (
          _ ("No connection to %s, port %u, comes up. That says nothing of interception."), host,
          signals->port);
    }
}

static char *
describe_clock (StileSignals *signals)
{
  guint days = (guint)MIN (ABS (signals->clock_offset) / DAY, G_MAXINT);
  const char *format = signals->clock_offset > 0
                           ? ngettext ("This computer’s clock is %u day ahead. Until one of the two clocks "
                                       "is set right, no certificate can be judged.",
                                       "This computer’s clock is %u days ahead. Until one of the two clocks "
                                       "is set right, no certificate can be judged.",
                                       days)
                           : ngettext ("This computer’s clock is %u day behind. Until one of the two clocks "
                                       "is set right, no certificate can be judged.",
                                       "This computer’s clock is %u days behind. Until one of the two clocks "
                                       "is set right, no certificate can be judged.",
                                       days);

  return g_strdup_printf (format, days);
}

/* --- nobody reads --- */

static char *
describe_connect (StileSignals *signals, const char *host)
{
  g_autofree char *proxy = signals->proxy != NULL ? stile_verdict_words_shorten (signals->proxy) : NULL;

  if (proxy == NULL)
    return g_strdup_printf (
        _ ("A proxy passes the connection on unread: your TLS connection ends at %s itself."), host);

  return g_strdup_printf (
      _ ("The proxy %s passes the connection on unread: your TLS connection ends at %s itself."), proxy,
      host);
}

/* --- somebody reads --- */

static char *
describe_trusted (const StileVerdictPath *path, const char *host, const char *authority)
{
  if (path->confidence >= STILE_CONFIDENCE_STRONG)
    return g_strdup_printf (
        _ ("Someone reads your traffic to %s: a CA named “%s” installed on this computer signed the "
           "certificate."),
        host, authority);
  if (stile_verdict_path_has_reason (path, "trust_not_compared"))
    return g_strdup_printf (_ ("Someone may be reading your traffic to %s: this computer trusts “%s”, which "
                               "signed the certificate, "
                               "and there was no list of public authorities to look it up in."),
                            host, authority);

  return g_strdup_printf (_ ("Someone probably reads your traffic to %s: a CA named “%s” installed on this "
                             "computer, and no public "
                             "one, signed the certificate. It could also be the service’s own CA."),
                          host, authority);
}

static char *
describe_untrusted (const StileVerdictPath *path, const char *host, const char *authority)
{
  if (path->confidence >= STILE_CONFIDENCE_STRONG)
    return g_strdup_printf (
        _ ("Someone intercepts your traffic to %s: a CA named “%s”, which this computer does not trust, "
           "signed the certificate."),
        host, authority);

  return g_strdup_printf (
      _ ("Someone may be intercepting your traffic to %s: nobody on this computer vouches for “%s”, which "
         "signed the certificate. It could also be that the service made its certificate itself."),
      host, authority);
}

static char *
describe_selective (const StileVerdictPath *path, const char *host, const char *authority)
{
  return g_strdup_printf (
      ngettext ("Someone reads some of your connections to %s and lets others pass: %u of %u "
                "was read, with a certificate of a CA named “%s”.",
                "Someone reads some of your connections to %s and lets others pass: %u of %u "
                "were read, with a certificate of a CA named “%s”.",
                path->n_intercepted),
      host, path->n_intercepted, path->n_judged, authority);
}

/* --- nobody knows --- */

static char *
describe_undetermined (StileSignals *signals, const StileVerdictPath *path, const char *host)
{
  g_autofree char *oddity = signals->oddity != NULL ? stile_verdict_words_shorten (signals->oddity) : NULL;

  if (oddity != NULL)
    return g_strdup_printf (_ ("Whoever answers at %s shows certificates that no honest server has. %s "
                               "Nothing more was asked, so "
                               "nobody can say who it is."),
                            host, oddity);
  if (stile_verdict_path_has_reason (path, "no_tls_outside"))
    return g_strdup_printf (
        _ ("There is no TLS on the way to %s: anybody in between can read and change what is sent outside an "
           "ATLS session."),
        host);
  if (stile_verdict_path_has_reason (path, "key_of_service"))
    return g_strdup_printf (
        _ ("Your TLS connection ends at somebody who holds %s’s own key, and the service does not list that "
           "as its front."),
        host);
  if (stile_verdict_path_has_reason (path, "leaf_out_of_date"))
    return g_strdup_printf (
        _ ("The certificate shown for %s is out of date, and nobody vouches for it. That is forgotten more "
           "often than forged: who shows it cannot be said."),
        host);
  if (stile_verdict_path_has_reason (path, "trust_public"))
    return g_strdup_printf (_ ("A public authority vouches for whoever answers as %s, and the service could "
                               "not be asked: nothing "
                               "points at interception, and nothing rules it out."),
                            host);

  return g_strdup_printf (_ ("Not enough came back to say what lies between this computer and %s."), host);
}

static char *
describe (StileSignals *signals, const StileVerdictPath *path, const char *host, const char *authority)
{
  switch (path->path)
    {
    case STILE_PATH_DIRECT:
      return g_strdup_printf (
          _ ("Nobody stands in between who could read: your TLS connection ends at %s itself."), host);
    case STILE_PATH_CONNECT_ONLY:
      return describe_connect (signals, host);
    case STILE_PATH_SERVICE_TERMINATOR:
      return g_strdup_printf (
          _ ("Your TLS connection ends at %s’s own front, by a key that the service names as its front’s."),
          host);
    case STILE_PATH_INTERCEPTED_TRUSTED:
      return describe_trusted (path, host, authority);
    case STILE_PATH_INTERCEPTED_UNTRUSTED:
      return describe_untrusted (path, host, authority);
    case STILE_PATH_UNLISTED_PUBLIC:
      return g_strdup_printf (_ ("Your TLS connection ends at somebody for whom a public authority vouches "
                                 "as %s, and whose key the "
                                 "service does not list: a front that it forgot to name, or a certificate "
                                 "that should not exist."),
                              host);
    case STILE_PATH_SELECTIVE_INTERCEPTION:
      return describe_selective (path, host, authority);
    case STILE_PATH_UNREACHABLE:
      return describe_unreachable (signals, host);
    case STILE_PATH_PROXY_REFUSED:
      return describe_refusal (signals, host);
    case STILE_PATH_WRONG_CLOCK:
      return describe_clock (signals);
    case STILE_PATH_UNDETERMINED:
    default:
      return describe_undetermined (signals, path, host);
    }
}

/* --- what is added --- */

static void
add (GString *text, char *sentence)
{
  g_string_append_printf (text, " %s", sentence);
  g_free (sentence);
}

static void
add_vendor (GString *text, const StileVendorGuess *vendor)
{
  add (text, g_strdup_printf (g_str_has_prefix (vendor->matched, "header")
                                  ? _ ("By the fields that it adds it could be %s; that is a guess.")
                                  : _ ("By its name it could be %s; that is a guess."),
                              vendor->name));
}

/* Public or not: no front of a service makes its certificate on the spot. */
static void
add_minting (GString *text, const StileVerdictPath *path)
{
  if (path->path == STILE_PATH_UNLISTED_PUBLIC && stile_verdict_path_has_reason (path, "own_key"))
    add (text, g_strdup (_ ("It was made on the spot, which no front of a service does.")));
}

static void
add_standing (GString *text, StileSignals *signals, StileSighting *sighting, StileStanding standing)
{
  StileObservation *service = sighting != NULL ? stile_sighting_get_service (sighting) : NULL;
  const char *label = service != NULL ? stile_observation_get_authority_label (service) : NULL;
  g_autofree char *shown = label != NULL ? stile_verdict_words_shorten (label) : NULL;

  if (standing == STILE_STANDING_DOMAIN && shown != NULL)
    add (text, g_strdup_printf (_ ("The service knows this CA as “%s”, one of the domain’s."), shown));
  else if (standing == STILE_STANDING_DOMAIN)
    add (text, g_strdup (_ ("The service knows this CA as one of the domain’s.")));
  else if (standing == STILE_STANDING_NOBODY && is_up (signals))
    add (text, g_strdup (_ ("Nobody vouches for this CA, not even the service.")));
}

/* What goes over inside the session is sealed between its ends; where nobody reads outside, there is nothing to add. */
static void
add_session (GString *text, StileSignals *signals, StilePathKind path)
{
  gboolean exposed = stile_verdict_path_is_intercepted (path) || path == STILE_PATH_UNLISTED_PUBLIC ||
                     path == STILE_PATH_UNDETERMINED;

  if (exposed && is_up (signals))
    add (text, g_strdup (_ ("Your ATLS session is not affected.")));
}

/**
 * stile_verdict_words_make_sentence:
 * @authority: (nullable): who signs what this computer is shown
 * @vendor: (nullable): who may have made the box
 *
 * Returns: (transfer full): what is the case, for people
 */
char *
stile_verdict_words_make_sentence (StileSignals *signals,
                                   const StileVerdictPath *path,
                                   const char *authority,
                                   StileStanding standing,
                                   const StileVendorGuess *vendor)
{
  g_autofree char *host = stile_verdict_words_shorten (signals->host);
  g_autofree char *name = stile_verdict_words_shorten (authority != NULL ? authority : "?");
  g_autofree char *first = describe (signals, path, host, name);
  GString *text = g_string_new (first);

  if (vendor != NULL)
    add_vendor (text, vendor);
  add_minting (text, path);
  add_standing (text, signals, path->sighting, standing);
  if (vendor != NULL && vendor->compromised)
    add (text,
         g_strdup (_ ("The key of that CA is known to everybody: remove it from this computer at once.")));
  add_session (text, signals, path->path);

  return g_string_free (text, FALSE);
}

/* --- why that is so sure --- */

static const struct
{
  StileConfidence confidence;
  const char *code;
  const char *sentence;
} confidences[] = {
  { STILE_CONFIDENCE_PROVEN, "exporter_equal",
    N_ ("Your TLS connection ends at the service: both ends derived the same secret from it.") },
  { STILE_CONFIDENCE_PROVEN, "key_equal",
    N_ ("Your TLS connection ends at the service: the key in its certificate is the service’s own.") },
  { STILE_CONFIDENCE_PROVEN, "spki_listed",
    N_ ("The service itself lists the key that this computer was shown, as one of its front.") },
  { STILE_CONFIDENCE_STRONG, "classes_differ",
    N_ ("This computer was shown different keys on different connections, and the service knows only "
        "some.") },
  { STILE_CONFIDENCE_STRONG, "spki_unlisted",
    N_ ("The service’s certificate key is not the one this computer was shown.") },
  { STILE_CONFIDENCE_STRONG, "own_key",
    N_ ("The certificate was made on the spot: its key has signed it although it names another issuer.") },
  { STILE_CONFIDENCE_STRONG, "minted_name",
    N_ ("Certificates are made on the spot here: a name that cannot exist was certified when asked for.") },
  { STILE_CONFIDENCE_STRONG, "clock_by_service", N_ ("The service said what time it is.") },
  { STILE_CONFIDENCE_LIKELY, "clock_by_date",
    N_ ("Only whoever answers said what time it is, and nobody vouches for it.") },
  { STILE_CONFIDENCE_LIKELY, "classes_differ",
    N_ ("This computer was shown different certificates on different connections, and the service did not "
        "speak "
        "about all of them.") },
  { STILE_CONFIDENCE_LIKELY, "same_issuer",
    N_ ("The same authority certified a connection about which the service has spoken.") },
  { STILE_CONFIDENCE_LIKELY, "trust_not_compared",
    N_ ("There was no list of public authorities to compare this computer’s store with.") },
  { STILE_CONFIDENCE_LIKELY, "trust_unknown", N_ ("This computer’s store could not be asked.") },
  { STILE_CONFIDENCE_LIKELY, "trust_local_only",
    N_ ("The certificate comes from an authority installed on this computer, and the service could not be "
        "asked.") },
  { STILE_CONFIDENCE_LIKELY, "trust_none",
    N_ ("Nobody vouches for the certificate that this computer was shown, and the service could not be "
        "asked.") },
  { STILE_CONFIDENCE_OBSERVED, "proxy_status", N_ ("The proxy said so itself.") },
};

/**
 * stile_verdict_words_explain_confidence:
 *
 * Returns: (transfer full): why it is as sure as it is, in a sentence
 */
char *
stile_verdict_words_explain_confidence (StileSignals *signals, const StileVerdictPath *path)
{
  g_autofree char *detail =
      signals->reach_detail != NULL ? stile_verdict_words_shorten (signals->reach_detail) : NULL;

  if (path->path == STILE_PATH_UNREACHABLE && detail != NULL && signals->reach != STILE_REACH_PROXY_REFUSED)
    return g_strdup_printf (_ ("This computer’s own network says so: %s."), detail);
  for (gsize i = 0; i < G_N_ELEMENTS (confidences); i++)
    if (confidences[i].confidence == path->confidence &&
        stile_verdict_path_has_reason (path, confidences[i].code))
      return g_strdup (_ (confidences[i].sentence));

  return g_strdup (stile_finding_describe_confidence (path->confidence));
}
