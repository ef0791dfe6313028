/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-recheck.h"

#include "bootstrap/stile-registrar-audit.h"
#include "codec/stile-json.h"

/* What it was tried again is an event like others, so that the limit holds over restarts, and people see it. */
#define TRIED "audit-again"

/**
 * History:
 * @liked: the device has told that its last voucher is good, or an agent carries it there still: one that has not must not go
 *   on
 * @tries: since that voucher
 * @last: Unix seconds of the last one
 */
typedef struct
{
  gboolean liked;
  guint tries;
  gint64 last;
} History;

static gboolean
says (GVariant *event, const char *member)
{
  g_autoptr (GVariant) details = stile_json_get_member (event, "details");

  return details != NULL && stile_json_get_boolean (details, member, FALSE);
}

/* From the newest back to the voucher: of several reports the last one counts.  In BRSKI-PRM the certificate is asked for before
 * the device has seen its voucher (section 5.2): only a report that is bad counts there. */
static void
read_events (GPtrArray *events, History *history)
{
  gboolean told = FALSE;

  for (guint i = events->len; i > 0; i--)
    {
      GVariant *event = g_ptr_array_index (events, i - 1);
      const char *what = stile_json_get_string (event, "what");

      if (g_strcmp0 (what, "voucher") == 0)
        {
          history->liked |= !told && says (event, STILE_REGISTRAR_RECHECK_BROUGHT);
          return;
        }
      if (g_strcmp0 (what, "voucher-status") == 0 && !told)
        {
          told = TRUE;
          history->liked = says (event, "status");
        }
      if (g_strcmp0 (what, TRIED) == 0 && history->tries++ == 0)
        history->last = stile_json_get_integer (event, "date", 0);
    }
}

/* --- one try --- */

typedef struct
{
  StileRegistrar *registrar;
  StileRegistrarDevice *device;
  StileLedgerVoucher *voucher;
} Try;

static void
try_free (Try *try)
{
  g_object_unref (try->registrar);
  stile_registrar_device_free (try->device);
  stile_ledger_voucher_free (try->voucher);
  g_free (try);
}

static void
audited (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!stile_registrar_audit_run_finish (STILE_REGISTRAR (object), result, &error))
    g_warning ("An audit log could not be looked at: %s", error->message);
}

static gboolean
run_cb (gpointer user_data)
{
  Try *try = user_data;

  stile_registrar_audit_run_async (try->registrar, try->device, try->voucher, NULL, audited, NULL);
  return G_SOURCE_REMOVE;
}

/* Whoever asks is in a thread that must not wait for a MASA: the audit runs where the service's main loop is. */
static gboolean
start (StileRegistrar *registrar, const StileRegistrarDevice *device)
{
  g_autoptr (GError) error = NULL;
  StileLedgerVoucher *voucher = stile_ledger_find_last_voucher (stile_registrar_get_ledger (registrar),
                                                                device->issuer, device->serial, &error);
  Try *try;

  if (voucher == NULL)
    {
      if (error != NULL)
        g_warning ("The registrar cannot look up a voucher: %s", error->message);
      return FALSE;
    }

  stile_registrar_record (registrar, device, TRIED, NULL);
  try = g_new0 (Try, 1);
  try->registrar = g_object_ref (registrar);
  try->device = stile_registrar_device_copy (device);
  try->voucher = voucher;
  g_idle_add_full (G_PRIORITY_DEFAULT, run_cb, try, (GDestroyNotify)try_free);
  return TRUE;
}

/**
 * stile_registrar_recheck_begin:
 * @device: is ALLOWED: it has a voucher, and nobody has seen its audit log
 *
 * Asks the MASA once more when the device liked its voucher; not more often than every
 * %STILE_REGISTRAR_RECHECK_SECONDS, and not more than %STILE_REGISTRAR_RECHECK_MAX_TRIES times: then somebody must look.
 * Any thread may call.
 *
 * Returns: whether the device may hope, and come again
 */
gboolean
stile_registrar_recheck_begin (StileRegistrar *registrar, const StileRegistrarDevice *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = stile_ledger_list_events (stile_registrar_get_ledger (registrar),
                                                           device->issuer, device->serial, &error);
  History history = { 0 };

  if (events == NULL)
    {
      g_warning ("The registrar cannot look up what a device did: %s", error->message);
      return FALSE;
    }

  read_events (events, &history);
  if (!history.liked)
    return FALSE;
  if (ABS (g_get_real_time () / G_USEC_PER_SEC - history.last) < STILE_REGISTRAR_RECHECK_SECONDS)
    return TRUE;

  return history.tries < STILE_REGISTRAR_RECHECK_MAX_TRIES && start (registrar, device);
}
