/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-path.h"

#include <string.h>

#include "codec/stile-json.h"
#include "diagnosis/evidence.h"
#include "diagnosis/stile-path-diagnosis.h"
#include "diagnosis/stile-path-text.h"
#include "diagnosis/stile-path-variant.h"

typedef struct
{
  const char *name;
  const char *shown; /* "service", "front" or "minted" */
  const char *trust;
  EvidenceBinding told;
  gboolean proxy;
  const char *hops; /* a letter each */
  const char *word; /* of trust, of whoever is in between */
} Case;

static const Case cases[] = {
  { "direct", "service", "public", EVIDENCE_EQUAL, FALSE, "cs", NULL },
  { "connect-only", "service", "public", EVIDENCE_EQUAL, TRUE, "cps", NULL },
  { "terminator", "front", "public", EVIDENCE_NO_TLS, FALSE, "cfs", "The service’s own" },
  { "intercepted-trusted", "minted", "local", EVIDENCE_DIFFERENT, FALSE, "cms", "Trusted" },
  { "intercepted-untrusted", "minted", "none", EVIDENCE_DIFFERENT, FALSE, "cms", "Untrusted" },
  { "proxy-and-middlebox", "minted", "none", EVIDENCE_DIFFERENT, TRUE, "cpms", "Untrusted" },
  { "undetermined", "service", "public", EVIDENCE_NOT_TOLD, FALSE, "cs", NULL },
};

static StilePath *
make_path (Evidence *evidence, const Case *given)
{
  TestPki *shown = strcmp (given->shown, "service") == 0 ? evidence->service
                   : strcmp (given->shown, "front") == 0 ? evidence->front
                                                         : evidence->minted;
  g_autoptr (StileFront) front = stile_front_new ();
  g_autoptr (StileVerdict) verdict = NULL;
  StileSighting *sighting;
  StileObservation *service;

  if (given->proxy)
    stile_signals_set_text (&evidence->signals->proxy, "http://proxy.example:3128");
  sighting = evidence_see (evidence, shown, given->trust);
  service = evidence_tell (evidence, sighting, given->told == EVIDENCE_NO_TLS ? NULL : evidence->service,
                           given->told);
  if (shown == evidence->front)
    {
      stile_front_add_certificate (front, test_pki_get_certificate (evidence->front));
      stile_observation_set_front (service, front);
    }
  evidence->signals->atls = STILE_ATLS_ESTABLISHED;
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);
  return stile_path_diagnosis_new (evidence->signals, verdict);
}

static void
test_hops (gconstpointer data)
{
  const Case *given = data;
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StilePath) path = make_path (evidence, given);
  guint count = stile_path_get_n_hops (path);

  g_assert_cmpuint (count, ==, strlen (given->hops));
  for (guint i = 0; i < count; i++)
    {
      const StileHop *hop = stile_path_get_hop (path, i);

      g_assert_cmpint ("cpmfs"[hop->kind], ==, given->hops[i]);
      g_assert_nonnull (strstr (stile_path_get_spoken (path), hop->spoken));
      if (hop->kind == STILE_HOP_MIDDLEBOX || hop->kind == STILE_HOP_FRONT)
        g_assert_cmpstr (hop->trust_word, ==, given->word);
      if (i + 1 < count)
        g_assert_cmpuint (stile_path_get_leg (path, i)->layers->len, >, 0);
    }
  g_assert_cmpstr (stile_path_get_hop (path, count - 1)->name, ==, "service.example");
  g_assert_cmpint (stile_path_get_session (path), ==, STILE_PATH_SESSION_ESTABLISHED);
}

/* A proxy ends TCP and the CONNECT; TLS and HTTP end behind it. */
static void
test_proxy_ends_few_layers (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StilePath) path = make_path (evidence, &cases[1]);
  GPtrArray *near = stile_path_get_leg (path, 0)->layers, *far = stile_path_get_leg (path, 1)->layers;

  g_assert_cmpuint (near->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (near, 0), ==, "CONNECT");
  g_assert_cmpstr (g_ptr_array_index (near, 1), ==, "TCP");
  g_assert_cmpuint (far->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (far, 0), ==, "HTTP/1.1");
  g_assert_cmpstr (g_ptr_array_index (far, 1), ==, "TLS 1.3");
}

/* Each variant of a path comes back as it was, by way of JSON. */
static void
test_goes_over_and_back (gconstpointer data)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  g_autoptr (StilePath) path = make_path (evidence, data);
  g_autoptr (GVariant) first = g_variant_ref_sink (stile_path_variant_write (path));
  g_autofree char *json = stile_json_print (first, FALSE);
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (GVariant) parsed = stile_json_parse (bytes, STILE_JSON_MAX_SIZE, NULL);
  g_autoptr (StilePath) again = stile_path_variant_read (parsed);
  g_autoptr (GVariant) second = g_variant_ref_sink (stile_path_variant_write (again));
  g_autofree char *one = stile_path_text_write (path);
  g_autofree char *two = stile_path_text_write (again);

  g_assert_true (g_variant_equal (first, second));
  g_assert_cmpstr (one, ==, two);
}

static void
test_draws_text (void)
{
  g_autoptr (StilePath) path = stile_path_new ();
  g_autofree char *open = NULL, *through = NULL;
  StileHop *hop;

  stile_path_add_hop (path, STILE_HOP_COMPUTER, "This computer", "Here");
  hop = stile_path_add_hop (path, STILE_HOP_MIDDLEBOX, "Middlebox", "Reads");
  stile_path_set_trust (hop, STILE_HOP_BAD, "Untrusted");
  stile_path_add_hop (path, STILE_HOP_SERVICE, "a.example", "Service");
  stile_path_add_layer (path, 0, "HTTP");
  stile_path_add_layer (path, 0, "TCP");
  stile_path_set_certainty (path, 0, STILE_CERTAINTY_PROVEN);
  stile_path_set_certainty (path, 1, STILE_CERTAINTY_LIKELY);
  stile_path_add_change (path, 1, "body-altered");
  open = stile_path_text_write (path);
  stile_path_set_session (path, STILE_PATH_SESSION_ESTABLISHED);
  through = stile_path_text_write (path);

  g_assert_cmpstr (open, ==,
                   "    ● This computer: Here\n"
                   "    │   HTTP, TCP\n"
                   "    ✗ Middlebox: Reads (Untrusted)\n"
                   "    ╎   \n"
                   "    ╎   ✗ body-altered\n"
                   "    ● a.example: Service\n");
  g_assert_cmpstr (through, ==,
                   "  ╔ ● This computer: Here\n"
                   "  ║ │   HTTP, TCP\n"
                   "  ║ ✗ Middlebox: Reads (Untrusted)\n"
                   "  ║ ╎   \n"
                   "  ║ ╎   ✗ body-altered\n"
                   "  ╚ ● a.example: Service\n"
                   "  ══ Secure session from end to end (ATLS)\n");
}

static void
test_keeps_its_limits (void)
{
  g_autoptr (StilePath) path = stile_path_new ();

  for (guint i = 0; i < STILE_PATH_MAX_HOPS; i++)
    g_assert_nonnull (stile_path_add_hop (path, STILE_HOP_PROXY, "p", "q"));
  g_assert_null (stile_path_add_hop (path, STILE_HOP_PROXY, "p", "q"));
  for (guint i = 0; i < 20; i++)
    {
      stile_path_add_layer (path, 0, "TCP");
      stile_path_add_change (path, 0, "x");
      stile_path_add_layer (path, STILE_PATH_MAX_HOPS, "beyond");
      stile_path_add_change (path, STILE_PATH_MAX_HOPS, "beyond");
    }
  stile_path_set_certainty (path, STILE_PATH_MAX_HOPS, STILE_CERTAINTY_PROVEN);
  g_assert_cmpuint (stile_path_get_n_hops (path), ==, STILE_PATH_MAX_HOPS);
  g_assert_cmpuint (stile_path_get_leg (path, 0)->layers->len, ==, STILE_PATH_MAX_LAYERS);
  g_assert_cmpuint (stile_path_get_leg (path, 0)->changed->len, ==, STILE_PATH_MAX_CHANGES);
  g_assert_cmpstr (stile_path_get_spoken (path), ==, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *hops = g_strconcat ("/diagnosis/path/hops/", cases[i].name, NULL);
      g_autofree char *back = g_strconcat ("/diagnosis/path/goes-over-and-back/", cases[i].name, NULL);

      g_test_add_data_func (hops, &cases[i], test_hops);
      g_test_add_data_func (back, &cases[i], test_goes_over_and_back);
    }
  g_test_add_func ("/diagnosis/path/proxy-ends-few-layers", test_proxy_ends_few_layers);
  g_test_add_func ("/diagnosis/path/draws-text", test_draws_text);
  g_test_add_func ("/diagnosis/path/keeps-its-limits", test_keeps_its_limits);

  return g_test_run ();
}
