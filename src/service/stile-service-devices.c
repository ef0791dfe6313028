/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-devices.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"

/* --- looking --- */

static GVariant *
to_variant (const StileLedgerDevice *device)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "issuer", g_variant_new_string (device->issuer));
  g_variant_builder_add (&builder, "{sv}", "serial", g_variant_new_string (device->serial));
  g_variant_builder_add (&builder, "{sv}", "admission",
                         g_variant_new_string (stile_admission_get_name (device->admission)));
  if (device->reason != NULL)
    g_variant_builder_add (&builder, "{sv}", "reason", g_variant_new_string (device->reason));
  g_variant_builder_add (&builder, "{sv}", "changed",
                         g_variant_new_take_string (stile_date_format (device->changed)));

  return g_variant_builder_end (&builder);
}

static char *
print_json (GPtrArray *devices)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GVariant) list = NULL;

  for (guint i = 0; i < devices->len; i++)
    g_variant_builder_add_value (&builder, to_variant (g_ptr_array_index (devices, i)));

  list = g_variant_ref_sink (g_variant_builder_end (&builder));
  return stile_json_print (list, TRUE);
}

static void
append_line (GString *text, const StileLedgerDevice *device)
{
  const char *reason = device->reason != NULL ? device->reason : "";
  g_autofree char *serial = stile_certificate_text_make_presentable (device->serial, strlen (device->serial));
  g_autofree char *why = stile_certificate_text_make_presentable (reason, strlen (reason));
  g_autofree char *changed = stile_date_format (device->changed);

  g_string_append_printf (text, "%s%s/%s  %s  %s%s%s", text->len > 0 ? "\n" : "", device->issuer, serial,
                          stile_admission_get_name (device->admission), changed, *why != '\0' ? "  " : "",
                          why);
}

static char *
print_lines (GPtrArray *devices)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < devices->len; i++)
    append_line (text, g_ptr_array_index (devices, i));
  if (devices->len == 0)
    g_string_append (text, _ ("No device has asked yet."));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * stile_service_devices_list:
 *
 * Returns: (transfer full): all devices that ever asked, a line each, or as a JSON array
 */
char *
stile_service_devices_list (StileLedger *ledger, gboolean json, GError **error)
{
  g_autoptr (GPtrArray) devices = stile_ledger_list_devices (ledger, error);

  if (devices == NULL)
    return NULL;

  return json ? print_json (devices) : print_lines (devices);
}

/* --- deciding --- */

static gboolean
is_whole_name (const StileLedgerDevice *device, const char *name)
{
  gsize length = strlen (device->issuer);

  return strncmp (device->issuer, name, length) == 0 && name[length] == '/' &&
         strcmp (device->serial, name + length + 1) == 0;
}

static gboolean
is_serial (const StileLedgerDevice *device, const char *name)
{
  return strcmp (device->serial, name) == 0;
}

/* How many devices are called so; @at is one of them. */
static guint
count (GPtrArray *devices,
       gboolean (*is_called) (const StileLedgerDevice *device, const char *name),
       const char *name,
       guint *at)
{
  guint found = 0;

  for (guint i = 0; i < devices->len; i++)
    if (is_called (g_ptr_array_index (devices, i), name))
      {
        *at = i;
        found++;
      }

  return found;
}

/* "ISSUER/SERIAL" of a device that never asked: the issuer is a key id in hex. */
static StileLedgerDevice *
device_new (const char *name)
{
  const char *slash = strchr (name, '/');
  gsize length = slash != NULL ? (gsize)(slash - name) : 0;
  StileLedgerDevice *device;

  if (length == 0 || length % 2 != 0 || strspn (name, "0123456789abcdef") != length || slash[1] == '\0')
    return NULL;

  device = g_new0 (StileLedgerDevice, 1);
  device->issuer = g_strndup (name, length);
  device->serial = g_strdup (slash + 1);
  return device;
}

static void
refuse_name (const char *name, guint found, GError **error)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               found > 0
                   ? _ ("There are several devices “%s”; write ISSUER/SERIAL, as --devices shows it")
                   : _ ("No device “%s” has asked; for one that will, write ISSUER/SERIAL with the key id of "
                        "who issued its certificate"),
               name);
}

/* A whole name means that device and no other: else a device could have another's name for its serial number, and be
 * allowed before that one has asked. */
static StileLedgerDevice *
find (StileLedger *ledger, const char *name, GError **error)
{
  g_autoptr (GPtrArray) devices = stile_ledger_list_devices (ledger, error);
  g_autoptr (StileLedgerDevice) unseen = device_new (name);
  guint found;
  guint at = 0;

  if (devices == NULL)
    return NULL;
  if (count (devices, is_whole_name, name, &at) == 1)
    return g_ptr_array_steal_index (devices, at);

  found = count (devices, is_serial, name, &at);
  if (found == 1 && unseen == NULL)
    return g_ptr_array_steal_index (devices, at);
  if (found == 0 && unseen != NULL)
    return g_steal_pointer (&unseen);

  refuse_name (name, found, error);
  return NULL;
}

/* A device that has its voucher waits for the next door: what its audit log says is then accepted too. */
static gboolean
get_next (StileLedger *ledger, const StileLedgerDevice *device, StileAdmission *next, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (StileLedgerVoucher) voucher =
      stile_ledger_find_last_voucher (ledger, device->issuer, device->serial, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  *next = voucher != NULL && (device->admission == STILE_ADMISSION_ALLOWED ||
                              device->admission == STILE_ADMISSION_QUARANTINED ||
                              device->admission == STILE_ADMISSION_AUDITED)
              ? STILE_ADMISSION_AUDITED
              : STILE_ADMISSION_ALLOWED;
  return TRUE;
}

static char *
decide (StileLedger *ledger, const StileLedgerDevice *device, StileAdmission next, GError **error)
{
  const char *before = stile_admission_get_name (device->admission);
  const char *after = stile_admission_get_name (next);
  GVariantDict dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) details = NULL;

  g_variant_dict_insert (&dict, "admission", "s", after);
  g_variant_dict_insert (&dict, "before", "s", before);
  details = g_variant_ref_sink (g_variant_dict_end (&dict));
  if (!stile_ledger_set_admission (ledger, device->issuer, device->serial, next, "Somebody decided so",
                                   error) ||
      !stile_ledger_add_event (ledger, device->issuer, device->serial, "decision", details, error))
    return NULL;

  return g_strdup_printf (_ ("Device %s was “%s” and is “%s” now."), device->serial, before, after);
}

/**
 * stile_service_devices_allow:
 * @name: "SERIAL", or "ISSUER/SERIAL" where the serial number alone does not tell
 *
 * A device that asks may have a voucher then; one that has it, and whose audit log was not good or could not be had, may
 * enrol.
 *
 * Returns: (transfer full): what is so now, a sentence
 */
char *
stile_service_devices_allow (StileLedger *ledger, const char *name, GError **error)
{
  g_autoptr (StileLedgerDevice) device = find (ledger, name, error);
  StileAdmission next;

  if (device == NULL || !get_next (ledger, device, &next, error))
    return NULL;

  return decide (ledger, device, next, error);
}

/**
 * stile_service_devices_refuse:
 * @name: as for stile_service_devices_allow()
 *
 * The device gets no voucher and no certificate from now on; what it has, it keeps.
 *
 * Returns: (transfer full): what is so now, a sentence
 */
char *
stile_service_devices_refuse (StileLedger *ledger, const char *name, GError **error)
{
  g_autoptr (StileLedgerDevice) device = find (ledger, name, error);

  return device != NULL ? decide (ledger, device, STILE_ADMISSION_REFUSED, error) : NULL;
}
