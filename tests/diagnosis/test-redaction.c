/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-redaction.h"

#include <string.h>

#include "codec/stile-json.h"
#include "diagnosis/evidence.h"
#include "diagnosis/stile-report.h"
#include "transport/stile-http-observer.h"

static GVariant *
parse (const char *text)
{
  g_autoptr (GBytes) document = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  GVariant *variant = stile_json_parse (document, STILE_JSON_MAX_SIZE, &error);

  g_assert_no_error (error);
  return variant;
}

static char *
redact (const char *text)
{
  g_autoptr (GVariant) document = parse (text);
  g_autoptr (GVariant) redacted = stile_redaction_apply (document);

  return stile_json_print (redacted, FALSE);
}

typedef struct
{
  const char *name;
  const char *word;
  gboolean hidden;
} Case;

static const Case cases[] = {
  { "local", "printer.local", TRUE },
  { "corp", "proxy01.emea.corp", TRUE },
  { "upper", "PROXY.INTRANET", TRUE },
  { "home-arpa", "nas.home.arpa", TRUE },
  { "rfc1918-10", "10.1.2.3", TRUE },
  { "rfc1918-172", "172.31.0.9", TRUE },
  { "rfc1918-192", "192.168.1.1", TRUE },
  { "link-local", "169.254.7.7", TRUE },
  { "carrier", "100.64.0.1", TRUE },
  { "unique-local", "fd12:3456::1", TRUE },
  { "link-local-6", "fe80::1", TRUE },
  { "public-name", "www.example.com", FALSE },
  { "public-local", "local.example.com", FALSE },
  { "public-address", "192.0.2.1", FALSE },
  { "not-172", "172.32.0.1", FALSE },
  { "not-carrier", "100.128.0.1", FALSE },
  { "public-address-6", "2001:db8::1", FALSE },
  { "loopback", "127.0.0.1", FALSE },
};

/* In the middle of a sentence, before a port, in a URL, deep in lists. */
static void
test_hides (gconstpointer data)
{
  const Case *given = data;
  gboolean colons = strchr (given->word, ':') != NULL;
  g_autofree char *json =
      g_strdup_printf ("{\"a\":\"from %s on\",\"b\":[{\"c\":[\"http://%s%s%s:3128/x\"]}],\"n\":7}",
                       given->word, colons ? "[" : "", given->word, colons ? "]" : "");
  g_autofree char *text = redact (json);

  g_assert_true ((strstr (text, given->word) == NULL) == given->hidden);
  g_assert_nonnull (strstr (text, "\"n\":7"));
  g_assert_nonnull (strstr (text, ":3128/x"));
  g_assert_true ((strstr (text, "name-1.example") != NULL || strstr (text, "address-1") != NULL) ==
                 given->hidden);
}

/* One word, one stand-in: the report stays readable; and what was taken out is listed for its owner. */
static void
test_lists_what_is_left_out (void)
{
  static const char json[] = "{\"a\":\"proxy.corp at 10.0.0.1\",\"b\":[\"Proxy.Corp, "
                             "10.0.0.2\"],\"c\":\"proxy.corp\",\"d\":\"a.example\"}";
  g_autoptr (GVariant) document = parse (json);
  g_autoptr (GPtrArray) list = stile_redaction_list (document);
  g_autoptr (GVariant) redacted = stile_redaction_apply (document);
  g_autofree char *stand_in = NULL;

  g_assert_cmpuint (list->len, ==, 6);
  for (guint i = 0; i < list->len; i += 2)
    {
      const char *word = g_ptr_array_index (list, i);

      if (g_ascii_strcasecmp (word, "proxy.corp") == 0)
        stand_in = g_strdup (g_ptr_array_index (list, i + 1));
      else
        g_assert_true (g_str_has_prefix (word, "10.0.0."));
    }
  g_assert_cmpstr (stile_json_get_string (redacted, "c"), ==, stand_in);
  g_assert_true (g_str_has_prefix (stile_json_get_string (redacted, "a"), stand_in));
  g_assert_cmpstr (stile_json_get_string (redacted, "d"), ==, "a.example");
}

static void
test_hides_who_asks (void)
{
  const char *user = g_get_user_name (), *host = g_get_host_name ();
  g_autofree char *json = g_strdup_printf ("{\"a\":\"/home/%s/x on %s\"}", user, host);
  g_autofree char *text = redact (json);

  if (strlen (user) >= 4 && strcmp (user, "root") != 0)
    g_assert_null (strstr (text, user));
  if (strlen (host) >= 4 && strcmp (host, "localhost") != 0)
    g_assert_null (strstr (text, host));
  g_assert_nonnull (strstr (text, "/home/"));
}

/* Where a host is meant for certain, a name without a dot is one; elsewhere it is a word. */
static void
test_hides_single_labels (void)
{
  g_autofree char *text =
      redact ("{\"network\":{\"proxy\":\"http://gatekeeper:3128\"},"
              "\"target\":{\"url\":\"https://timesheet/x\"},\"s\":\"gatekeeper, timesheet and "
              "gatekeepers\"}");

  g_assert_null (strstr (text, "gatekeeper:"));
  g_assert_null (strstr (text, "gatekeeper,"));
  g_assert_null (strstr (text, "timesheet"));
  g_assert_nonnull (strstr (text, "gatekeepers"));
}

/* A certificate names somebody in bytes that no search finds. */
static void
test_leaves_out_certificates_that_name_somebody (void)
{
  g_autofree char *text = redact ("{\"chain\":[{\"subject\":\"CN=box.corp\",\"pem\":\"SECRET\"},"
                                  "{\"subject\":\"CN=a.example\",\"pem\":\"PUBLIC\"}]}");

  g_assert_null (strstr (text, "box.corp"));
  g_assert_null (strstr (text, "SECRET"));
  g_assert_nonnull (strstr (text, "PUBLIC"));
}

/* As both ends see them: an observation has the fields' names, and of these not the values. */
static void
see_secrets (StileObservation *observation)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);

  soup_message_headers_append (headers, "Cookie", "session=s3cret");
  soup_message_headers_append (headers, "Set-Cookie", "session=s3cret");
  soup_message_headers_append (headers, "Proxy-Authorization", "Basic hunter2");
  soup_message_headers_append (headers, "Authorization", "Bearer hunter2");
  soup_message_headers_append (headers, "Via", "1.1 intranet-gate.corp");
  stile_http_observer_add_headers (observation, headers);
}

/* Of a report from its beginning on: in JSON and in the page, and the report says so. */
static void
test_report_is_without (void)
{
  static const char *const secrets[] = { "s3cret", "hunter2", "intranet-gate.corp", "10.20.30.40" };
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (GListStore) checks = g_list_store_new (STILE_TYPE_CHECK);
  g_autoptr (StileVerdict) verdict = NULL;
  g_autoptr (StileReport) report = NULL, redacted = NULL;
  g_autofree char *json = NULL, *html = NULL, *before = NULL;
  StileSighting *sighting;
  StileObservation *service;

  stile_signals_set_text (&evidence->signals->proxy, "http://intranet-gate.corp:3128");
  g_ptr_array_add (evidence->signals->addresses, g_strdup ("10.20.30.40"));
  sighting = evidence_see (evidence, evidence->minted, "local");
  service = evidence_tell (evidence, sighting, evidence->service, EVIDENCE_DIFFERENT);
  stile_observation_set_peer (service, "10.20.30.40:4711");
  see_secrets (service);
  see_secrets (stile_sighting_get_client (sighting));
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);
  report = stile_report_new (evidence->signals, verdict, G_LIST_MODEL (checks));
  redacted = stile_report_redact (report);
  before = stile_report_to_json (report);
  json = stile_report_to_json (redacted);
  html = stile_report_to_html (redacted);

  g_assert_nonnull (strstr (before, "Proxy-Authorization"));
  g_assert_nonnull (strstr (before, "10.20.30.40"));
  g_assert_nonnull (strstr (before, "intranet-gate.corp"));
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_assert_null (strstr (json, secrets[i]));
      g_assert_null (strstr (html, secrets[i]));
    }
  g_assert_false (stile_report_is_redacted (report));
  g_assert_true (stile_report_is_redacted (redacted));
}

/* Of reports that another program wrote: ours never have them. */
static void
test_hides_secrets_of_others (void)
{
  g_autofree char *text = redact (
      "{\"network\":{\"proxy\":\"http://karla:geheim@proxy.example:3128\"},\"headers\":[[\"Via\",\"1.1 "
      "box\"],[\"cookie\",\"session=4711\"],[\"Authorization\",\"Basic a2FybGE=\"]]}");

  g_assert_null (strstr (text, "karla"));
  g_assert_null (strstr (text, "geheim"));
  g_assert_null (strstr (text, "4711"));
  g_assert_null (strstr (text, "a2FybGE"));
  g_assert_nonnull (strstr (text, "@proxy.example:3128"));
  g_assert_nonnull (strstr (text, "\"cookie\""));
  g_assert_nonnull (strstr (text, "1.1 box"));
}

static void
test_says_so (void)
{
  static const char *const members[] = { "cookies", "proxy_credentials", "addresses", "names" };
  g_autoptr (GVariant) document = parse ("{\"redaction\":{\"names\":false}}");
  g_autoptr (GVariant) redacted = stile_redaction_apply (document);
  g_autoptr (GVariant) redaction = stile_json_get_member (redacted, "redaction");

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    g_assert_true (stile_json_get_boolean (redaction, members[i], FALSE));
}

/* The desktop knows a saved report by its beginning. */
static void
test_keeps_the_order (void)
{
  g_autoptr (GVariant) document = parse ("{\"schema\":\"s\",\"b\":1,\"redaction\":{},\"a\":2,\"c\":3}");
  g_autoptr (GVariant) redacted = stile_redaction_apply (document);
  g_autofree char *text = stile_json_print (redacted, FALSE);

  g_assert_true (g_str_has_prefix (text, "{\"schema\":\"s\",\"b\":1,\"a\":2,\"c\":3,\"redaction\":{"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path =
          g_strconcat ("/diagnosis/redaction/", cases[i].hidden ? "hides/" : "leaves/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_hides);
    }
  g_test_add_func ("/diagnosis/redaction/lists-what-is-left-out", test_lists_what_is_left_out);
  g_test_add_func ("/diagnosis/redaction/hides-who-asks", test_hides_who_asks);
  g_test_add_func ("/diagnosis/redaction/hides-single-labels", test_hides_single_labels);
  g_test_add_func ("/diagnosis/redaction/leaves-out-certificates-that-name-somebody",
                   test_leaves_out_certificates_that_name_somebody);
  g_test_add_func ("/diagnosis/redaction/report-is-without", test_report_is_without);
  g_test_add_func ("/diagnosis/redaction/hides-secrets-of-others", test_hides_secrets_of_others);
  g_test_add_func ("/diagnosis/redaction/says-so", test_says_so);
  g_test_add_func ("/diagnosis/redaction/keeps-the-order", test_keeps_the_order);

  return g_test_run ();
}
