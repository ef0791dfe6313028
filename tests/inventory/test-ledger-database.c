/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/wait.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/stile-ledger-database-events.h"
#include "inventory/stile-ledger-database-vouchers.h"
#include "inventory/stile-ledger-database.h"
#include "support/test-pki.h"

#define ISSUER "00112233445566778899aabbccddeeff00112233"
#define SERIAL "PID:CHIMAY-U-AC SN:FDO27361XTF"

/* Of each of two processes. */
#define EVENTS 60

static StileLedger *
ledger_new (const char *path)
{
  g_autoptr (GError) error = NULL;
  StileLedger *ledger = stile_ledger_database_new (path, &error);

  g_assert_no_error (error);
  return ledger;
}

static void
assert_nothing (gpointer found, GError *error)
{
  g_assert_no_error (error);
  g_assert_null (found);
}

static void
test_nothing (void)
{
  g_autoptr (StileLedger) ledger = ledger_new (STILE_DATABASE_MEMORY);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = stile_ledger_list_devices (ledger, &error);
  g_autoptr (GPtrArray) events = stile_ledger_list_events (ledger, ISSUER, SERIAL, &error);
  g_autoptr (GPtrArray) audit = stile_ledger_list_audit (ledger, ISSUER, SERIAL, &error);

  assert_nothing (stile_ledger_find_device (ledger, ISSUER, SERIAL, &error), error);
  assert_nothing (stile_ledger_find_voucher (ledger, "00", &error), error);
  assert_nothing (stile_ledger_find_last_voucher (ledger, ISSUER, SERIAL, &error), error);
  assert_nothing (stile_ledger_find_owner (ledger, ISSUER, SERIAL, &error), error);
  assert_nothing (stile_ledger_find_certificate (ledger, "00", &error), error);
  assert_nothing (stile_ledger_find_certificate_by_serial (ledger, "00", &error), error);
  g_assert_cmpuint (devices->len, ==, 0);
  g_assert_cmpuint (events->len, ==, 0);
  g_assert_cmpuint (audit->len, ==, 0);
}

static void
test_devices (void)
{
  g_autoptr (StileLedger) ledger = ledger_new (STILE_DATABASE_MEMORY);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  for (StileAdmission each = STILE_ADMISSION_NONE; each <= STILE_ADMISSION_QUARANTINED; each++)
    {
      g_autoptr (StileLedgerDevice) device = NULL;
      const char *reason = each == STILE_ADMISSION_REFUSED ? "Nobody’s" : NULL;

      g_assert_true (stile_ledger_set_admission (ledger, ISSUER, SERIAL, each, reason, &error));
      device = stile_ledger_find_device (ledger, ISSUER, SERIAL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (device->issuer, ==, ISSUER);
      g_assert_cmpstr (device->serial, ==, SERIAL);
      g_assert_cmpint (device->admission, ==, each);
      g_assert_cmpstr (device->reason, ==, reason);
      g_assert_cmpint (device->changed, >, 0);
    }

  /* Another maker's device may have the same serial number. */
  g_assert_true (stile_ledger_set_admission (ledger, "ff", SERIAL, STILE_ADMISSION_ASKED, NULL, &error));
  devices = stile_ledger_list_devices (ledger, &error);
  g_assert_cmpuint (devices->len, ==, 2);
}

static void
put (StileLedger *ledger, const char *request, const char *upstream, const char *voucher)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) upstream_bytes = upstream != NULL ? g_bytes_new (upstream, strlen (upstream)) : NULL;
  g_autoptr (GBytes) bytes = voucher != NULL ? g_bytes_new (voucher, strlen (voucher)) : NULL;
  const StileLedgerVoucher row = { (char *)request, (char *)ISSUER, (char *)SERIAL, upstream_bytes, bytes };

  g_assert_true (stile_ledger_put_voucher (ledger, &row, &error));
  g_assert_no_error (error);
}

static void
assert_bytes (GBytes *bytes, const char *text)
{
  if (text == NULL)
    g_assert_null (bytes);
  else
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static void
assert_voucher (StileLedger *ledger, const char *request, const char *upstream, const char *voucher)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedgerVoucher) found = stile_ledger_find_voucher (ledger, request, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found->request, ==, request);
  g_assert_cmpstr (found->serial, ==, SERIAL);
  assert_bytes (found->upstream_request, upstream);
  assert_bytes (found->voucher, voucher);
}

static void
assert_last (StileLedger *ledger, const char *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedgerVoucher) found = stile_ledger_find_last_voucher (ledger, ISSUER, SERIAL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found != NULL ? found->request : NULL, ==, request);
}

static void
test_vouchers (void)
{
  g_autoptr (StileLedger) ledger = ledger_new (STILE_DATABASE_MEMORY);

  put (ledger, "aa", NULL, NULL);
  put (ledger, "aa", "asked", NULL);
  assert_voucher (ledger, "aa", "asked", NULL);
  assert_last (ledger, NULL);
  /* Two workers with the same request ask the MASA with the same bytes: the first ones. */
  put (ledger, "aa", "asked again", NULL);
  assert_voucher (ledger, "aa", "asked", NULL);
  put (ledger, "bb", "asked 2", "voucher 2");
  assert_last (ledger, "bb");
  put (ledger, "aa", "asked", "voucher 1");
  assert_voucher (ledger, "aa", "asked", "voucher 1");
  assert_last (ledger, "aa");

  /* What may have been answered stays. */
  put (ledger, "aa", "asked again", "another voucher");
  put (ledger, "aa", NULL, NULL);
  assert_voucher (ledger, "aa", "asked", "voucher 1");
}

/* A device that never ends asking fills no disk: of what it asked only the newest is kept. */
static void
test_many_vouchers (void)
{
  g_autoptr (StileLedger) ledger = ledger_new (STILE_DATABASE_MEMORY);
  g_autoptr (StileLedgerVoucher) first = NULL;

  put (ledger, "made", NULL, "by a MASA");
  for (guint i = 0; i < STILE_LEDGER_DATABASE_VOUCHERS_MAX + 2; i++)
    {
      g_autofree char *request = g_strdup_printf ("%02x", i);

      put (ledger, request, "asked", i % 2 == 0 ? "voucher" : NULL);
    }
  first = stile_ledger_find_voucher (ledger, "01", NULL);
  g_assert_null (first);
  assert_voucher (ledger, "02", "asked", "voucher");
  assert_voucher (ledger, "made", NULL, "by a MASA");
}

static void
add_event (StileLedger *ledger, const char *what)
{
  g_autoptr (GError) error = NULL;
  gboolean added = stile_ledger_add_event (ledger, ISSUER, SERIAL, what, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (added);
}

/* Nor does one that never ends telling; and it does not push out what people have decided. */
static void
test_many_events (void)
{
  g_autoptr (StileLedger) ledger = ledger_new (STILE_DATABASE_MEMORY);
  g_autoptr (GPtrArray) events = NULL;
  const char *what;

  add_event (ledger, "decision");
  for (guint i = 0; i < STILE_LEDGER_DATABASE_EVENTS_MAX + 5; i++)
    add_event (ledger, "enrol-status");
  events = stile_ledger_list_events (ledger, ISSUER, SERIAL, NULL);
  g_assert_cmpuint (events->len, ==, 1 + STILE_LEDGER_DATABASE_EVENTS_MAX);
  g_assert_true (g_variant_lookup (g_ptr_array_index (events, 0), "what", "&s", &what));
  g_assert_cmpstr (what, ==, "decision");
}

static void
test_events (void)
{
  g_autoptr (StileLedger) ledger = ledger_new (STILE_DATABASE_MEMORY);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GVariant) details = NULL;
  GVariantDict dict;
  const char *what;
  const char *reason;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "reason", "s", "it's “so”\n@as \\ %s");
  g_assert_true (
      stile_ledger_add_event (ledger, ISSUER, SERIAL, "voucher_status", g_variant_dict_end (&dict), &error));
  g_assert_true (stile_ledger_add_event (ledger, ISSUER, SERIAL, "enrollstatus", NULL, &error));
  g_assert_true (stile_ledger_add_event (ledger, ISSUER, "other", "enrollstatus", NULL, &error));

  events = stile_ledger_list_events (ledger, ISSUER, SERIAL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (events->len, ==, 2);
  g_assert_true (g_variant_lookup (g_ptr_array_index (events, 0), "what", "&s", &what));
  g_assert_cmpstr (what, ==, "voucher_status");
  details = g_variant_lookup_value (g_ptr_array_index (events, 0), "details", G_VARIANT_TYPE_VARDICT);
  g_assert_true (g_variant_lookup (details, "reason", "&s", &reason));
  g_assert_cmpstr (reason, ==, "it's “so”\n@as \\ %s");
  g_assert_false (g_variant_lookup (g_ptr_array_index (events, 1), "details", "@a{sv}", NULL));
}

static gboolean
issue (StileLedger *ledger, const char *request, const char *nonce, const char *owner, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("voucher", 7);
  const StileLedgerVoucher voucher = { (char *)request, (char *)ISSUER, (char *)SERIAL, NULL, bytes };
  const StileLedgerAuditEntry entry = { 1700000000, (char *)owner, (char *)nonce, (char *)"logged" };

  return stile_ledger_issue_voucher (ledger, &voucher, &entry, owner, error);
}

static void
assert_audit (StileLedger *ledger, guint count, const char *nonce, const char *owner)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) audit = stile_ledger_list_audit (ledger, ISSUER, SERIAL, &error);
  g_autofree char *found = stile_ledger_find_owner (ledger, ISSUER, SERIAL, &error);
  StileLedgerAuditEntry *last;

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, owner);
  g_assert_cmpuint (audit->len, ==, count);
  last = g_ptr_array_index (audit, count - 1);
  g_assert_cmpstr (last->nonce, ==, nonce);
  g_assert_cmpstr (last->domain_id, ==, owner);
  g_assert_cmpstr (last->assertion, ==, "logged");
  g_assert_cmpint (last->date, ==, 1700000000);
}

static void
test_issue (void)
{
  g_autoptr (StileLedger) ledger = ledger_new (STILE_DATABASE_MEMORY);
  g_autoptr (GError) error = NULL;

  g_assert_true (issue (ledger, "aa", "nonce", "domain", &error));
  assert_audit (ledger, 1, "nonce", "domain");
  assert_voucher (ledger, "aa", NULL, "voucher");
  g_assert_true (issue (ledger, "bb", NULL, "next domain", &error));
  assert_audit (ledger, 2, NULL, "next domain");

  g_assert_false (issue (ledger, "aa", "nonce", "third domain", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_RETRY);
  assert_audit (ledger, 2, NULL, "next domain");
}

static gboolean
add_certificate (StileLedger *ledger, const char *serial, const char *request, GError **error)
{
  g_autoptr (GBytes) der = g_bytes_new (serial, strlen (serial));
  const StileLedgerCertificate certificate = {
    (char *)serial, (char *)request, (char *)"owner", NULL, NULL, der
  };

  return stile_ledger_add_certificate (ledger, &certificate, error);
}

static void
test_certificates (void)
{
  g_autoptr (StileLedger) ledger = ledger_new (STILE_DATABASE_MEMORY);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedgerCertificate) newest = NULL;
  g_autoptr (StileLedgerCertificate) first = NULL;

  g_assert_true (add_certificate (ledger, "01", "aa", &error));
  g_assert_true (add_certificate (ledger, "02", "aa", &error));
  newest = stile_ledger_find_certificate (ledger, "aa", &error);
  g_assert_cmpstr (newest->serial, ==, "02");
  assert_bytes (newest->der, "02");
  first = stile_ledger_find_certificate_by_serial (ledger, "01", &error);
  g_assert_cmpstr (first->request, ==, "aa");
  g_assert_cmpstr (first->owner, ==, "owner");
  g_assert_null (first->device);

  /* A serial number is given once (RFC 5280 section 4.1.2.2). */
  g_assert_false (add_certificate (ledger, "01", "bb", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_FAILED);
}

static pid_t
write_events (const char *path)
{
  pid_t child = fork ();

  if (child == 0)
    {
      GError *error = NULL;
      StileLedger *ledger = stile_ledger_database_new (path, &error);
      gboolean good = ledger != NULL;

      for (guint i = 0; good && i < EVENTS; i++)
        good = stile_ledger_add_event (ledger, ISSUER, SERIAL, "event", NULL, &error);
      if (error != NULL)
        g_printerr ("%s\n", error->message);
      g_clear_object (&ledger);
      _exit (good ? 0 : 1);
    }

  return child;
}

/* Both make the file, bring it up to date and write at once. */
static void
test_two_processes (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "ledger.db", NULL);
  g_autoptr (StileLedger) ledger = NULL;
  g_autoptr (GPtrArray) events = NULL;
  pid_t children[2];

  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    children[i] = write_events (path);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    {
      int status;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }

  ledger = ledger_new (path);
  events = stile_ledger_list_events (ledger, ISSUER, SERIAL, NULL);
  g_assert_cmpuint (events->len, ==, EVENTS * G_N_ELEMENTS (children));
  g_clear_object (&ledger);
  test_pki_directory_remove (directory);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ledger-database/nothing-is-no-error", test_nothing);
  g_test_add_func ("/ledger-database/devices", test_devices);
  g_test_add_func ("/ledger-database/vouchers-once-given-stay", test_vouchers);
  g_test_add_func ("/ledger-database/events-come-back-as-they-were", test_events);
  g_test_add_func ("/ledger-database/many-vouchers", test_many_vouchers);
  g_test_add_func ("/ledger-database/many-events", test_many_events);
  g_test_add_func ("/ledger-database/M9-entry-voucher-and-owner-together", test_issue);
  g_test_add_func ("/ledger-database/certificates", test_certificates);
  g_test_add_func ("/ledger-database/two-processes-write", test_two_processes);

  return g_test_run ();
}
