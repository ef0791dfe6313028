/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "diagnosis/evidence.h"
#include "diagnosis/stile-report-svg.h"

#define HOSTILE "</script><script>alert(1)</script><img src=x onerror='alert(2)'>\\\"&"

static StileReport *
read_text (const char *text, GError **error)
{
  g_autoptr (GBytes) json = g_bytes_new (text, strlen (text));

  return stile_report_new_from_json (json, error);
}

static StileReport *
load_sample (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "reports", "limited.json", NULL);
  g_autoptr (GError) error = NULL;
  StileReport *report = stile_report_load (path, &error);

  g_assert_no_error (error);
  return report;
}

static void
test_reads_a_file (void)
{
  StileReport *report = load_sample ();
  g_autoptr (GDateTime) created = stile_report_get_created (report);
  g_autofree char *date = g_date_time_format_iso8601 (created);
  g_autoptr (StilePath) path = stile_report_get_path (report);
  g_autoptr (GPtrArray) remedies = stile_report_get_remedies (report);
  g_autoptr (GListModel) checks = stile_report_get_checks (report);
  g_autoptr (StileCheck) check = g_list_model_get_item (checks, 0);

  g_assert_cmpstr (stile_report_get_url (report), ==, "https://localhost:44305");
  g_assert_cmpstr (stile_report_get_path_class (report), ==, "intercepted-trusted");
  g_assert_cmpstr (stile_report_get_confidence (report), ==, "strong");
  g_assert_true (g_str_has_prefix (stile_report_get_sentence (report), "Someone reads your traffic"));
  g_assert_cmpstr (date, ==, "2026-11-26T14:54:59Z");
  g_assert_cmpuint (stile_path_get_n_hops (path), ==, 4);
  g_assert_cmpint (stile_path_get_hop (path, 2)->kind, ==, STILE_HOP_MIDDLEBOX);
  g_assert_cmpint (stile_path_get_session (path), ==, STILE_PATH_SESSION_ESTABLISHED);
  g_assert_cmpuint (remedies->len, >, 5);
  g_assert_cmpuint (g_list_model_get_n_items (checks), >, 5);
  g_assert_cmpstr (stile_check_get_title (check), ==, "Name and addresses");
  g_assert_cmpint (stile_check_get_state (check), ==, STILE_CHECK_STATE_PASSED);
  g_assert_finalize_object (report);
}

static StileReport *
make_report (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *sighting = evidence_see (evidence, evidence->minted, "local");
  g_autoptr (GListStore) checks = g_list_store_new (STILE_TYPE_CHECK);
  g_autoptr (StileCheck) check = stile_check_new ("names", "Name and addresses");
  g_autoptr (StileVerdict) verdict = NULL;

  evidence_tell (evidence, sighting, evidence->service, EVIDENCE_DIFFERENT);
  stile_check_set (check, STILE_CHECK_STATE_PASSED, "Two addresses");
  g_list_store_append (checks, check);
  verdict = stile_verdict_judge (evidence->signals, NULL, NULL);
  return stile_report_new (evidence->signals, verdict, G_LIST_MODEL (checks));
}

/* What is written of a diagnosis is what is read. */
static void
test_goes_over_and_back (void)
{
  g_autoptr (StileReport) made = make_report ();
  g_autofree char *json = stile_report_to_json (made);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) read = read_text (json, &error);
  g_autoptr (GListModel) checks = stile_report_get_checks (read);
  g_autoptr (StileCheck) check = g_list_model_get_item (checks, 0);
  g_autofree char *again = stile_report_to_json (read);

  g_assert_no_error (error);
  g_assert_cmpstr (json, ==, again);
  g_assert_cmpstr (stile_report_get_path_class (read), ==, "intercepted-trusted");
  g_assert_cmpstr (stile_report_get_confidence (read), ==, "strong");
  g_assert_cmpstr (stile_report_get_url (read), ==, "https://service.example/.well-known/atls");
  g_assert_cmpstr (stile_check_get_sentence (check), ==, "Two addresses");
  g_assert_false (stile_report_is_redacted (read));
}

typedef struct
{
  const char *name;
  const char *json;
  const char *says;
} Refusal;

#define TARGET ",\"target\":{\"url\":\"https://a.example\"}"
#define VERDICT ",\"verdict\":{\"path\":\"direct\"}"
#define CREATED ",\"created\":\"2026-11-26T14:54:59Z\""
#define SCHEMA "{\"schema\":\"atls-path-report/1\""

static const Refusal refusals[] = {
  { "empty", "", NULL },
  { "no-json", "<html>", NULL },
  { "cut", SCHEMA TARGET, NULL },
  { "array", "[]", "atls-path-report/1" },
  { "no-schema", "{\"x\":1" TARGET VERDICT CREATED "}", "atls-path-report/1" },
  { "another-version", "{\"schema\":\"atls-path-report/2\"" TARGET VERDICT CREATED "}",
    "atls-path-report/1" },
  { "schema-no-text", "{\"schema\":1" TARGET VERDICT CREATED "}", "atls-path-report/1" },
  { "no-verdict", SCHEMA TARGET CREATED "}", "lacks" },
  { "no-target", SCHEMA VERDICT CREATED "}", "lacks" },
  { "no-date", SCHEMA VERDICT TARGET "}", "lacks" },
  { "bad-date", SCHEMA VERDICT TARGET ",\"created\":\"yesterday\"}", "lacks" },
  { "verdict-no-object", SCHEMA TARGET CREATED ",\"verdict\":[\"direct\"]}", "lacks" },
};

static void
test_refuses (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (read_text (refusal->json, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_cmpstr (error->message, !=, "");
  if (refusal->says != NULL)
    g_assert_nonnull (strstr (error->message, refusal->says));
}

static void
test_names_the_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_report_load ("/nowhere/report.json", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, "/nowhere/report.json: "));
}

/* Lists that are none, and items of other kinds: nothing of them, and no end of the program. */
static void
test_reads_odd_lists (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) report =
      read_text (SCHEMA TARGET VERDICT CREATED
                 ",\"checks\":[1,null,\"x\",{},{\"id\":7}],\"remediation\":[{},[]],"
                 "\"findings\":{},\"differences\":[[]],\"client\":{\"connections\":[{\"chain\":[1]},2]},"
                 "\"path\":{\"hops\":[1,{},{\"kind\":\"ufo\",\"details\":[3]}],\"legs\":[{},{},{}]}}",
                 &error);
  g_autofree char *html = NULL;
  g_autoptr (StilePath) path = NULL;
  g_autoptr (GPtrArray) remedies = NULL;

  g_assert_no_error (error);
  html = stile_report_to_html (report);
  path = stile_report_get_path (report);
  remedies = stile_report_get_remedies (report);
  g_assert_nonnull (html);
  g_assert_cmpuint (stile_path_get_n_hops (path), ==, 3);
  g_assert_cmpuint (remedies->len, ==, 0);
  g_assert_cmpuint (stile_report_count (stile_report_get_document (report), "findings"), ==, 0);
  g_assert_cmpstr (stile_report_get_sentence (report), ==, "");
}

/* --- the page --- */

/* No word of the report becomes a tag, whether in the page, in the picture or in the JSON behind. */
static void
test_escapes_what_is_hostile (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) report =
      read_text (SCHEMA ",\"target\":{\"url\":\"" HOSTILE "\"},\"created\":\"2026-11-26T14:54:59Z\","
                        "\"verdict\":{\"path\":\"" HOSTILE "\",\"confidence\":\"" HOSTILE
                        "\",\"sentence\":\"" HOSTILE "\",\"confidence_sentence\":\"" HOSTILE
                        "\"},\"findings\":[{\"id\":\"" HOSTILE "\",\"sentence\":\"" HOSTILE
                        "\"}],\"remediation\":[{\"id\":\"a\",\"audience\":\"you\",\"title\":\"" HOSTILE
                        "\",\"text\":\"" HOSTILE "\",\"copy\":\"" HOSTILE
                        "\"}],\"differences\":[{\"name\":\"a\",\"label\":\"" HOSTILE
                        "\",\"client\":\"" HOSTILE "\",\"service\":\"" HOSTILE
                        "\"}],\"checks\":[{\"id\":\"a\",\"title\":\"" HOSTILE "\",\"sentence\":\"" HOSTILE
                        "\"}],\"client\":{\"connections\":[{\"chain\":[{\"subject\":\"" HOSTILE
                        "\",\"sha256\":\"" HOSTILE "\",\"pem\":\"" HOSTILE
                        "\"}]}]},\"path\":{\"spoken\":\"" HOSTILE "\",\"session\":\"established\",\"hops\":["
                        "{\"name\":\"" HOSTILE "\",\"what\":\"" HOSTILE "\",\"trust_word\":\"" HOSTILE
                        "\",\"spoken\":\"" HOSTILE "\"},{\"name\":\"b\"}],\"legs\":[{\"layers\":[\"" HOSTILE
                        "\"],\"changed\":[\"" HOSTILE "\"]}]}}",
                 &error);
  g_autofree char *html = NULL;
  const char *script;

  g_assert_no_error (error);
  html = stile_report_to_html (report);
  script = strstr (html, "<script");
  g_assert_true (g_str_has_prefix (script, "<script type=\"application/json\""));
  g_assert_null (strstr (script + 1, "<script"));
  g_assert_true (strstr (script, "</") == strstr (script, "</script></body></html>"));
  g_assert_null (strstr (html, "<img"));
  g_assert_nonnull (strstr (html, "&lt;img src=x"));
}

/* Nothing is fetched, nothing runs: without the JSON at its end the page has text and style alone. */
static void
test_refers_to_nothing_else (void)
{
  static const char *const words[] = { " src=",   " href=",  "url(",   "@import", "<link", "<img",
                                       "<iframe", "<object", "<embed", "<base",   " on",   "javascript:" };
  g_autoptr (StileReport) report = load_sample ();
  g_autofree char *html = stile_report_to_html (report);
  g_autoptr (GRegex) tags = g_regex_new (">[^<]*<", 0, 0, NULL);
  g_autofree char *style = g_strdup (strstr (html, "<style>"));
  g_autofree char *bare = NULL;

  *strstr (style, "</style>") = '\0';
  bare = g_regex_replace_literal (tags, html, -1, 0, "><", 0, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_assert_null (strstr (bare, words[i]));
      if (words[i][0] != ' ')
        g_assert_null (strstr (style, words[i]));
    }
}

static void
test_has_its_json_inside (void)
{
  g_autoptr (StileReport) report = load_sample ();
  g_autofree char *html = stile_report_to_html (report);
  g_autofree char *whole = stile_report_to_json (report);
  g_autofree char *json = g_strdup (strchr (strstr (html, "<script"), '>') + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) inside = NULL;
  g_autofree char *again = NULL;

  *strstr (json, "</script>") = '\0';
  inside = read_text (json, &error);
  g_assert_no_error (error);
  again = stile_report_to_json (inside);
  g_assert_cmpstr (again, ==, whole);
}

static void
count_element_cb (GMarkupParseContext *context,
                  const gchar *element,
                  const gchar **names,
                  const gchar **values,
                  gpointer user_data,
                  GError **error)
{
  guint *boxes = user_data;

  *boxes += strcmp (element, "rect") == 0 ? 1 : 0;
}

static void
assert_picture (StilePath *path)
{
  const GMarkupParser parser = { .start_element = count_element_cb };
  g_autoptr (GString) svg = g_string_new (NULL);
  guint boxes = 0;
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &boxes, NULL);
  g_autoptr (GError) error = NULL;

  stile_report_svg_append (svg, path);
  g_assert_true (g_markup_parse_context_parse (context, svg->str, (gssize)svg->len, &error));
  g_assert_no_error (error);
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  g_assert_cmpuint (boxes, ==, stile_path_get_n_hops (path));
}

/* Well-formed, with a box for each hop, whatever their names are. */
static void
test_draws_a_picture (void)
{
  g_autoptr (StileReport) report = load_sample ();
  g_autoptr (StilePath) path = stile_report_get_path (report);
  g_autoptr (StilePath) odd = stile_path_new ();
  const char *const spoken[] = { "<&>", "\"'", NULL };

  assert_picture (path);
  stile_path_add_hop (odd, STILE_HOP_COMPUTER, "<a href=\"x\">&\"'", "\xff\xfe");
  stile_path_add_hop (odd, STILE_HOP_SERVICE, "ééééééééééééééééééééééééééééééééééééééééééééé", "");
  stile_path_add_layer (odd, 0, "<&>");
  stile_path_add_change (odd, 0, "]]>");
  stile_path_set_session (odd, STILE_PATH_SESSION_ESTABLISHED);
  stile_path_speak (odd, spoken);
  assert_picture (odd);
}

static void
test_saves_by_suffix (void)
{
  static const char *const names[] = { "a.json", "a.html", "a.htm", "a.pdf" };
  static const char *const begins[] = { "{", "<!DOCTYPE html>", "<!DOCTYPE html>", "%PDF-" };
  g_autoptr (StileReport) report = load_sample ();
  g_autofree char *folder = test_pki_directory_new ();
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      g_autofree char *contents = NULL;
      GStatBuf status;

      g_assert_true (stile_report_save (report, path, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
      g_assert_true (g_str_has_prefix (contents, begins[i]));
      g_assert_cmpint (g_stat (path, &status), ==, 0);
      g_assert_cmpint (status.st_mode & 0777, ==, 0600);
    }
  g_assert_false (stile_report_save (report, "report.txt", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, ".json, .html or .pdf"));
  test_pki_directory_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnosis/report/reads-a-file", test_reads_a_file);
  g_test_add_func ("/diagnosis/report/goes-over-and-back", test_goes_over_and_back);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/diagnosis/report/refuses/", refusals[i].name, NULL);

      g_test_add_data_func (path, &refusals[i], test_refuses);
    }
  g_test_add_func ("/diagnosis/report/names-the-file", test_names_the_file);
  g_test_add_func ("/diagnosis/report/reads-odd-lists", test_reads_odd_lists);
  g_test_add_func ("/diagnosis/report/escapes-what-is-hostile", test_escapes_what_is_hostile);
  g_test_add_func ("/diagnosis/report/refers-to-nothing-else", test_refers_to_nothing_else);
  g_test_add_func ("/diagnosis/report/has-its-json-inside", test_has_its_json_inside);
  g_test_add_func ("/diagnosis/report/draws-a-picture", test_draws_a_picture);
  g_test_add_func ("/diagnosis/report/saves-by-suffix", test_saves_by_suffix);

  return g_test_run ();
}
