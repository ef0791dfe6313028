/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-audit-log.h"

static StileAuditLog *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) json = g_bytes_new_static (text, strlen (text));

  return stile_audit_log_parse (json, error);
}

static GPtrArray *
make_entries (guint count)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify)stile_ledger_audit_entry_free);

  for (guint i = 0; i < count; i++)
    {
      StileLedgerAuditEntry *entry = g_new0 (StileLedgerAuditEntry, 1);

      entry->date = 1700000000 + i;
      entry->domain_id = g_strdup ("BduJhdHPpfhQLyponf48JzXSGZ8=");
      entry->nonce = i % 2 == 0 ? g_strdup ("VOUFT-WwrEv0NuAQEHoV7Q") : NULL;
      entry->assertion = g_strdup ("logged");
      g_ptr_array_add (entries, entry);
    }

  return entries;
}

static void
test_round_trip (void)
{
  g_autoptr (GPtrArray) entries = make_entries (2);
  g_autoptr (StileAuditLog) log = stile_audit_log_new (entries);
  g_autoptr (GBytes) json = stile_audit_log_to_json (log);
  g_autofree char *text = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAuditLog) again = stile_audit_log_parse (json, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "\"nonce\":null"));
  g_assert_nonnull (strstr (text, "\"date\":\"2023-11-14T22:13:20Z\""));
  g_assert_cmpint (stile_audit_log_get_version (again), ==, 1);
  g_assert_cmpuint (stile_audit_log_get_n_entries (again), ==, 2);
  g_assert_cmpint (stile_audit_log_get_entry (again, 1)->date, ==, 1700000001);
  g_assert_cmpstr (stile_audit_log_get_entry (again, 0)->nonce, ==, "VOUFT-WwrEv0NuAQEHoV7Q");
  g_assert_null (stile_audit_log_get_entry (again, 1)->nonce);
  g_assert_cmpstr (stile_audit_log_get_entry (again, 0)->assertion, ==, "logged");
  g_assert_cmpuint (stile_audit_log_get_truncation (again)->arbitrary, ==, 0);
}

/* RFC 8995 figure 18 as it is printed: numbers as strings, dates with fractions and offsets. */
static void
test_example_of_the_rfc (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAuditLog) log =
      parse ("{\"version\":\"1\",\"events\":[{\"date\":\"2019-05-15T17:25:55.644-04:00\","
             "\"domainID\":\"BduJhdHPpfhQLyponf48JzXSGZ8=\",\"nonce\":\"VOUFT-WwrEv0NuAQEHoV7Q\","
             "\"assertion\":\"proximity\",\"truncated\":\"0\"}],\"truncation\":{\"nonced duplicates\":\"0\","
             "\"nonceless duplicates\":\"1\",\"arbitrary\":\"2\"}}",
             &error);

  g_assert_no_error (error);
  g_assert_cmpint (stile_audit_log_get_entry (log, 0)->date, ==, 1557955555);
  g_assert_cmpuint (stile_audit_log_get_truncation (log)->nonced_duplicates, ==, 0);
  g_assert_cmpuint (stile_audit_log_get_truncation (log)->nonceless_duplicates, ==, 1);
  g_assert_cmpuint (stile_audit_log_get_truncation (log)->arbitrary, ==, 2);
}

static void
check_shortened (GPtrArray *entries, guint count, guint arbitrary, guint nonced)
{
  const StileLedgerAuditEntry *oldest = g_ptr_array_index (entries, arbitrary);
  g_autoptr (StileAuditLog) log = stile_audit_log_new (entries);
  g_autoptr (GBytes) json = stile_audit_log_to_json (log);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAuditLog) again = stile_audit_log_parse (json, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (stile_audit_log_get_n_entries (again), ==, count);
  g_assert_cmpstr (stile_audit_log_get_entry (again, 0)->domain_id, ==, oldest->domain_id);
  g_assert_cmpuint (stile_audit_log_get_truncation (again)->arbitrary, ==, arbitrary);
  g_assert_cmpuint (stile_audit_log_get_truncation (again)->nonced_duplicates, ==, nonced);
}

/* A log that was shortened says so. */
static void
test_long_log_is_shortened (void)
{
  g_autoptr (GPtrArray) entries = make_entries (STILE_AUDIT_LOG_MAX_EVENTS + 3);

  for (guint i = 0; i < entries->len; i++)
    {
      StileLedgerAuditEntry *entry = g_ptr_array_index (entries, i);

      g_free (entry->domain_id);
      entry->domain_id = g_strdup_printf ("domain%u", i);
    }
  check_shortened (entries, STILE_AUDIT_LOG_MAX_EVENTS, 3, 0);
}

/* One domain that asks again and again does not push out another's. */
static void
test_repeated_are_left_out (void)
{
  g_autoptr (GPtrArray) entries = make_entries (STILE_AUDIT_LOG_MAX_EVENTS + 3);
  StileLedgerAuditEntry *first = g_ptr_array_index (entries, 0);

  g_free (first->domain_id);
  first->domain_id = g_strdup ("T3RoZXI=");
  check_shortened (entries, 3, 0, STILE_AUDIT_LOG_MAX_EVENTS / 2);
}

static void
test_too_many_events (void)
{
  g_autoptr (GString) text = g_string_new ("{\"version\":1,\"events\":[");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAuditLog) log = NULL;

  for (guint i = 0; i <= STILE_AUDIT_LOG_MAX_EVENTS; i++)
    g_string_append (text, i > 0 ? ",{}" : "{}");
  g_string_append (text, "]}");
  log = parse (text->str, &error);
  g_assert_null (log);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
}

typedef struct
{
  const char *name;
  const char *json;
} Wrong;

#define EVENT(date, rest) "{\"version\":1,\"events\":[{\"date\":\"" date "\"," rest "}]}"
#define GOOD_DATE "2019-05-15T17:25:55Z"

static const Wrong wrong[] = {
  { "empty", "" },
  { "no-object", "[]" },
  { "no-events", "{\"version\":1}" },
  { "events-as-object", "{\"version\":1,\"events\":{}}" },
  { "event-as-text", "{\"version\":1,\"events\":[\"x\"]}" },
  { "version-below-0", "{\"version\":-1,\"events\":[]}" },
  { "version-as-word", "{\"version\":\"one\",\"events\":[]}" },
  { "no-date", "{\"version\":1,\"events\":[{\"domainID\":\"x\",\"assertion\":\"logged\"}]}" },
  { "bad-date", EVENT ("yesterday", "\"domainID\":\"x\",\"assertion\":\"logged\"") },
  { "no-domain", EVENT (GOOD_DATE, "\"assertion\":\"logged\"") },
  { "no-assertion", EVENT (GOOD_DATE, "\"domainID\":\"x\"") },
  { "nonce-as-number", EVENT (GOOD_DATE, "\"domainID\":\"x\",\"assertion\":\"logged\",\"nonce\":1") },
  { "truncated-as-list", EVENT (GOOD_DATE, "\"domainID\":\"x\",\"assertion\":\"logged\",\"truncated\":[]") },
  { "arbitrary-as-list", "{\"version\":1,\"events\":[],\"truncation\":{\"arbitrary\":[]}}" },
  { "events-twice", "{\"version\":1,\"events\":[],\"events\":[]}" },
};

static void
test_wrong (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAuditLog) log = parse (((const Wrong *)data)->json, &error);

  g_assert_null (log);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/audit-log/round-trip", test_round_trip);
  g_test_add_func ("/bootstrap/audit-log/example-of-the-rfc", test_example_of_the_rfc);
  g_test_add_func ("/bootstrap/audit-log/long-log-is-shortened", test_long_log_is_shortened);
  g_test_add_func ("/bootstrap/audit-log/repeated-are-left-out", test_repeated_are_left_out);
  g_test_add_func ("/bootstrap/audit-log/too-many-events", test_too_many_events);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = g_strconcat ("/bootstrap/audit-log/wrong/", wrong[i].name, NULL);

      g_test_add_data_func (path, &wrong[i], test_wrong);
    }

  return g_test_run ();
}
