/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inventory/stile-ledger-database.h"
#include "support/test-pki.h"

#define ISSUER "aa"
#define SERIAL "device"

/* A process writes to a ledger, says after each call that it has returned, and is killed.  Another one opens what is
 * left. */

/* --- what is written, and what must be there --- */

static gboolean
write_device (StileLedger *ledger)
{
  return stile_ledger_set_admission (ledger, ISSUER, SERIAL, STILE_ADMISSION_ALLOWED, "ok", NULL);
}

static gboolean
has_device (StileLedger *ledger)
{
  g_autoptr (StileLedgerDevice) device = stile_ledger_find_device (ledger, ISSUER, SERIAL, NULL);

  return device != NULL && device->admission == STILE_ADMISSION_ALLOWED;
}

static gboolean
put (StileLedger *ledger, GBytes *voucher)
{
  g_autoptr (GBytes) upstream = g_bytes_new_static ("asked", 5);
  const StileLedgerVoucher row = { (char *)"11", (char *)ISSUER, (char *)SERIAL, upstream, voucher };

  return stile_ledger_put_voucher (ledger, &row, NULL);
}

static gboolean
write_asked (StileLedger *ledger)
{
  return put (ledger, NULL);
}

/* The row may never be gone, not even while the voucher takes its place. */
static gboolean
has_asked (StileLedger *ledger)
{
  g_autoptr (StileLedgerVoucher) found = stile_ledger_find_voucher (ledger, "11", NULL);

  return found != NULL;
}

static gboolean
write_voucher (StileLedger *ledger)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("voucher", 7);

  return put (ledger, bytes);
}

static gboolean
has_voucher (StileLedger *ledger)
{
  g_autoptr (StileLedgerVoucher) found = stile_ledger_find_last_voucher (ledger, ISSUER, SERIAL, NULL);

  return found != NULL && found->voucher != NULL;
}

static gboolean
write_event (StileLedger *ledger)
{
  return stile_ledger_add_event (ledger, ISSUER, SERIAL, "event", NULL, NULL);
}

static gboolean
has_event (StileLedger *ledger)
{
  g_autoptr (GPtrArray) events = stile_ledger_list_events (ledger, ISSUER, SERIAL, NULL);

  return events->len == 1;
}

static gboolean
write_issue (StileLedger *ledger)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("voucher", 7);
  const StileLedgerVoucher voucher = { (char *)"22", (char *)ISSUER, (char *)"made", NULL, bytes };
  const StileLedgerAuditEntry entry = { 1, (char *)"domain", NULL, (char *)"logged" };

  return stile_ledger_issue_voucher (ledger, &voucher, &entry, "domain", NULL);
}

/* M9: all three of them or none. */
static gboolean
has_issue (StileLedger *ledger)
{
  g_autoptr (StileLedgerVoucher) voucher = stile_ledger_find_voucher (ledger, "22", NULL);
  g_autoptr (GPtrArray) audit = stile_ledger_list_audit (ledger, ISSUER, "made", NULL);
  g_autofree char *owner = stile_ledger_find_owner (ledger, ISSUER, "made", NULL);

  g_assert_true ((voucher != NULL) == (owner != NULL));
  g_assert_true ((voucher != NULL) == (audit->len == 1));
  return voucher != NULL;
}

static gboolean
write_certificate (StileLedger *ledger)
{
  g_autoptr (GBytes) der = g_bytes_new_static ("der", 3);
  const StileLedgerCertificate certificate = { (char *)"01", (char *)"33", (char *)"44", NULL, NULL, der };

  return stile_ledger_add_certificate (ledger, &certificate, NULL);
}

static gboolean
has_certificate (StileLedger *ledger)
{
  g_autoptr (StileLedgerCertificate) found = stile_ledger_find_certificate (ledger, "33", NULL);

  return found != NULL;
}

static const struct
{
  gboolean (*write) (StileLedger *ledger);
  gboolean (*is_there) (StileLedger *ledger);
} calls[] = {
  { write_device, has_device }, { write_asked, has_asked }, { write_voucher, has_voucher },
  { write_event, has_event },   { write_issue, has_issue }, { write_certificate, has_certificate },
};

/* --- who is killed --- */

static guint statements_left;

static int
count_statement (unsigned int what, void *data, void *statement, void *text)
{
  if (--statements_left == 0)
    kill (getpid (), SIGKILL);

  return 0;
}

static int
watch (sqlite3 *handle, const char **error, const struct sqlite3_api_routines *api)
{
  return sqlite3_trace_v2 (handle, SQLITE_TRACE_STMT, count_statement, NULL);
}

static void
write_all (const char *path, int said)
{
  StileLedger *ledger = stile_ledger_database_new (path, NULL);

  if (ledger == NULL)
    _exit (1);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (!calls[i].write (ledger) || write (said, "x", 1) != 1)
      _exit (1);

  /* Nothing is closed: whoever is done is gone like one who is killed. */
  _exit (0);
}

/* Returns: how many calls had returned before statement number @statement began; @over when there is no such one. */
static guint
kill_at (const char *path, guint statement, gboolean *over)
{
  int pipe_fds[2];
  char bytes[G_N_ELEMENTS (calls)];
  pid_t child;
  gssize count = 0;
  gssize r;
  int status;

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      statements_left = statement;
      sqlite3_auto_extension ((void (*) (void))watch);
      write_all (path, pipe_fds[1]);
    }
  close (pipe_fds[1]);
  while ((r = read (pipe_fds[0], bytes, sizeof bytes)) > 0)
    count += r;
  close (pipe_fds[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  *over = WIFEXITED (status);
  g_assert_cmpint (*over ? WEXITSTATUS (status) : WTERMSIG (status), ==, *over ? 0 : SIGKILL);

  return (guint)count;
}

static void
assert_left (const char *path, guint returned)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedger) ledger = stile_ledger_database_new (path, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (!calls[i].is_there (ledger) && i < returned)
      g_error ("call %u had returned, and what it wrote is gone", i);
}

static void
test_every_statement (void)
{
  gboolean over = FALSE;
  guint statement;

  for (statement = 1; !over; statement++)
    {
      g_autofree char *directory = test_pki_directory_new ();
      g_autofree char *path = g_build_filename (directory, "ledger.db", NULL);
      guint returned = kill_at (path, statement, &over);

      assert_left (path, returned);
      /* And whoever comes next can go on. */
      assert_left (path, returned);
      test_pki_directory_remove (directory);
    }

  /* Opening, the versions, and at least one for each call. */
  g_assert_cmpuint (statement, >, 30);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ledger-database/killed-at-any-statement-loses-nothing-that-returned",
                   test_every_statement);

  return g_test_run ();
}
