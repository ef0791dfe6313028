/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-remedy-ask.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "diagnosis/stile-verdict-words.h"

/* What to ask others for, as texts that are ready to send: the network's administrator, and the service's operator. */

/* Addresses of a service with many. */
#define MAX_ADDRESSES 8

/* What is asked for because of a finding; "%s" is the service's address.  The same wish is written once. */
static const struct
{
  const char *finding;
  const char *wish;
} wishes[] = {
  { "content-type-blocked",
    N_ ("Allow requests with POST and the media type application/atls+octet-stream to %s.") },
  { "method-blocked", N_ ("Allow the methods GET, POST and PUT to %s.") },
  { "request-content-type-changed", N_ ("Leave the field Content-Type as it is, to and from %s.") },
  { "response-content-type-changed", N_ ("Leave the field Content-Type as it is, to and from %s.") },
  { "request-body-modified",
    N_ ("Switch off what changes contents (ICAP, compression, data loss prevention) to and from %s.") },
  { "response-body-modified",
    N_ ("Switch off what changes contents (ICAP, compression, data loss prevention) to and from %s.") },
  { "response-truncated", N_ ("Let answers of %s pass whole.") },
  { "body-recompressed",
    N_ ("Switch off what changes contents (ICAP, compression, data loss prevention) to and from %s.") },
  { "request-size-limited", N_ ("Raise the limit for the size of requests to %s.") },
  { "response-size-limited", N_ ("Raise the limit for the size of answers of %s.") },
  { "request-cookie-stripped", N_ ("Let the fields Cookie and Set-Cookie pass, to and from %s.") },
  { "set-cookie-stripped", N_ ("Let the fields Cookie and Set-Cookie pass, to and from %s.") },
  { "request-duplicated", N_ ("Switch off mirroring and repeating of requests to %s.") },
  { "delayed", N_ ("Look what holds back the answers of %s.") },
  { "gateway-errors", N_ ("Look why the gateway does not reach %s at times.") },
};

static void
add_wish (GPtrArray *list, char *wish)
{
  if (g_ptr_array_find_with_equal_func (list, wish, g_str_equal, NULL))
    g_free (wish);
  else
    g_ptr_array_add (list, wish);
}

static void
wish_for_path (StileRemedyCase *self, GPtrArray *list, const char *host)
{
  g_autofree char *name = stile_remedy_case_name_authority (self);
  g_autofree char *fingerprint = stile_remedy_case_show_fingerprint (self);

  if (stile_remedy_case_find (self, "captive-portal") != NULL)
    return;
  if (stile_verdict_is_intercepted (self->verdict))
    add_wish (list,
              g_strdup_printf (
                  _ ("Take the server name %s, and its addresses, out of TLS inspection (“do not decrypt”)."),
                  host));
  if (stile_verdict_is_intercepted (self->verdict) &&
      stile_verdict_get_standing (self->verdict) == STILE_STANDING_NOBODY)
    add_wish (list, g_strdup_printf (
                        _ ("Or tell us whether “%s” is yours, and give us its root certificate, with the "
                           "fingerprint by another way. %s"),
                        name, fingerprint));
  if (stile_verdict_get_path_class (self->verdict) == STILE_PATH_PROXY_REFUSED)
    add_wish (list,
              g_strdup_printf (_ ("Allow CONNECT to %s:%u through the proxy."), host, self->signals->port));
}

static GPtrArray *
collect_wishes (StileRemedyCase *self, const char *host)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *address = stile_verdict_words_shorten (self->signals->url);

  wish_for_path (self, list, host);
  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++)
    if (stile_remedy_case_find (self, wishes[i].finding) != NULL)
      {
        g_autofree char *wish = g_strdup (_ (wishes[i].wish));
        g_auto (GStrv) halves = g_strsplit (wish, "%s", 2);

        add_wish (list, g_strjoinv (address, halves));
      }

  return list;
}

/* --- the text --- */

static void
add_line (GString *text, const char *label, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "%s: %s\n", label, value);
}

static void
add_digest (GString *text, const char *label, char *digest)
{
  g_autofree char *grouped = stile_remedy_case_group (digest);

  add_line (text, label, grouped);
  g_free (digest);
}

static void
add_addresses (GString *text, StileSignals *signals)
{
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();

  for (guint i = 0; i < signals->addresses->len && i < MAX_ADDRESSES; i++)
    g_ptr_array_add (shown, g_ptr_array_index (signals->addresses, i));
  g_ptr_array_add (shown, NULL);
  if (shown->len > 1)
    {
      g_autofree char *joined = g_strjoinv (", ", (char **)shown->pdata);

      add_line (text, _ ("Addresses"), joined);
    }
}

static void
add_certificates (GString *text, StileRemedyCase *self)
{
  StileSighting *sighting = stile_verdict_get_sighting (self->verdict);
  StileCertificate *leaf = sighting != NULL ? stile_sighting_get_leaf (sighting) : NULL;
  StileCertificate *authority = stile_verdict_get_authority (self->verdict);
  g_autofree char *name = stile_remedy_case_name_authority (self);

  if (leaf == NULL || !stile_verdict_is_intercepted (self->verdict))
    return;

  add_line (text, _ ("Certificate signed by"), name);
  if (authority != NULL)
    add_digest (text, _ ("SHA-256 of that CA"), g_strdup (stile_certificate_get_fingerprint (authority)));
  add_digest (text, _ ("SHA-256 of the certificate shown"),
              g_strdup (stile_certificate_get_fingerprint (leaf)));
  add_digest (text, _ ("SHA-256 of its key"), stile_front_digest_key (leaf));
}

static void
add_service_key (GString *text, StileRemedyCase *self)
{
  StileSighting *sighting = stile_verdict_get_sighting (self->verdict);
  StileObservation *service = sighting != NULL ? stile_sighting_get_service (sighting) : NULL;
  GPtrArray *chain = service != NULL ? stile_observation_get_chain (service) : NULL;

  if (chain != NULL)
    add_digest (text, _ ("SHA-256 of the service’s own key"),
                stile_front_digest_key (g_ptr_array_index (chain, 0)));
}

/* Not as people at the computer are told: an administrator reads it. */
static char *
describe_path (StileRemedyCase *self, const char *host)
{
  g_autofree char *name = stile_remedy_case_name_authority (self);

  if (stile_verdict_get_path_class (self->verdict) == STILE_PATH_SELECTIVE_INTERCEPTION)
    return g_strdup_printf (
        _ ("Some TLS connections to %s end at something in between, which shows a certificate signed by "
           "“%s”; others reach the service."),
        host, name);
  if (stile_verdict_is_intercepted (self->verdict))
    return g_strdup_printf (
        _ ("TLS connections to %s end at something in between, which shows a certificate signed by "
           "“%s”."),
        host, name);

  return g_strdup (stile_verdict_get_sentence (self->verdict));
}

static void
add_findings (GString *text, StileRemedyCase *self, const char *host)
{
  GPtrArray *findings = stile_verdict_get_findings (self->verdict);
  g_autofree char *path = describe_path (self, host);

  g_string_append_printf (text, "\n%s\n- %s %s\n", _ ("What was found:"), path,
                          stile_verdict_get_confidence_sentence (self->verdict));
  for (guint i = 0; i < findings->len; i++)
    g_string_append_printf (text, "- %s\n", stile_finding_get_sentence (g_ptr_array_index (findings, i)));
}

static char *
write_request (StileRemedyCase *self, const char *host, GPtrArray *list)
{
  GString *text = g_string_new (NULL);
  g_autofree char *proxy =
      self->signals->proxy != NULL ? stile_verdict_words_shorten (self->signals->proxy) : NULL;
  g_autofree char *port = g_strdup_printf ("%u", self->signals->port);

  g_string_append_printf (text,
                          stile_verdict_get_path_class (self->verdict) == STILE_PATH_PROXY_REFUSED
                              ? _ ("Connections from our network to %s are not let through.")
                              : _ ("Connections from our network to %s do not arrive as they were sent."),
                          host);
  g_string_append (text, "\n\n");
  add_line (text, _ ("Service"), host);
  add_line (text, _ ("Port"), port);
  add_addresses (text, self->signals);
  add_line (text, _ ("Proxy"), proxy);
  add_certificates (text, self);
  add_service_key (text, self);
  add_findings (text, self, host);
  g_string_append_printf (text, "\n%s\n", _ ("Please:"));
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (text, "- %s\n", (const char *)g_ptr_array_index (list, i));

  return g_string_free (text, FALSE);
}

static void
ask_administrator (StileRemedyCase *self)
{
  g_autofree char *host = stile_verdict_words_shorten (self->signals->host);
  g_autoptr (GPtrArray) list = collect_wishes (self, host);

  if (list->len == 0)
    return;

  stile_remedy_case_add (self, "ask-administrator", "administrator", _ ("Ask the network’s administrator"),
                         g_strdup (_ ("This says what was found, with the proof, and what to allow. It names "
                                      "this network’s proxy and the "
                                      "service’s addresses, and nothing else that is private.")),
                         write_request (self, host, list));
}

/* --- the service's operator --- */

static void
tell_operator (StileRemedyCase *self)
{
  StileSighting *sighting = stile_verdict_get_sighting (self->verdict);
  StileCertificate *leaf = sighting != NULL ? stile_sighting_get_leaf (sighting) : NULL;
  g_autofree char *host = stile_verdict_words_shorten (self->signals->host);
  gboolean shared = g_strv_contains (stile_verdict_get_reasons (self->verdict), "key_of_service");
  GString *text;

  if (leaf == NULL || (!shared && stile_verdict_get_path_class (self->verdict) != STILE_PATH_UNLISTED_PUBLIC))
    return;

  text = g_string_new (NULL);
  g_string_append_printf (
      text, _ ("TLS connections to %s end with a key that your service does not list as its front’s."), host);
  g_string_append (text, "\n\n");
  add_line (text, _ ("Certificate signed by"), stile_certificate_get_issuer_name (leaf));
  add_digest (text, _ ("SHA-256 of the certificate shown"),
              g_strdup (stile_certificate_get_fingerprint (leaf)));
  add_digest (text, _ ("SHA-256 of its key"), stile_front_digest_key (leaf));
  add_service_key (text, self);
  g_string_append_printf (text, "\n%s\n",
                          _ ("If it is your front, name it: stiled --front-cert FILE. If it is not, somebody "
                             "has a certificate for your name."));
  stile_remedy_case_add (
      self, "tell-operator", "you", _ ("Tell the service’s operator"),
      g_strdup (_ ("Only the service can say whether that is its own front. Send this to whoever runs it.")),
      g_string_free (text, FALSE));
}

/**
 * stile_remedy_ask_add:
 */
void
stile_remedy_ask_add (StileRemedyCase *self)
{
  tell_operator (self);
  ask_administrator (self);
}
