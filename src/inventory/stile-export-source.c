/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-export-source.h"

#include <string.h>

#include "bootstrap/stile-prm-certificates.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-signed-message.h"
#include "inventory/stile-device-records.h"

/* The list goes on changing in its own thread. */
static StileDevice *
copy_device (StileDevice *device)
{
  const StileDeviceSpec spec = {
    .serial = stile_device_get_serial (device),
    .address = stile_device_get_address (device),
    .name = stile_device_get_name (device),
    .model = stile_device_get_model (device),
    .note = stile_device_get_note (device),
  };
  StileDevice *copy = stile_device_new (stile_device_get_id (device), &spec);

  stile_device_update (copy, stile_device_get_state (device), stile_device_get_step (device),
                       stile_device_get_message (device), stile_device_get_until (device),
                       stile_device_get_changed (device));
  return copy;
}

/**
 * stile_export_source_new:
 * @devices: (element-type StileDevice): of @store, in the order in which they are told of
 *
 * Returns: (transfer full): them as they are now
 */
StileExportSource *
stile_export_source_new (StileDeviceStore *store,
                         GPtrArray *devices,
                         const char *who,
                         StileCertificate *agent,
                         GCancellable *cancellable)
{
  StileExportSource *self = g_new0 (StileExportSource, 1);

  self->store = g_object_ref (store);
  self->devices = g_ptr_array_new_full (devices->len, g_object_unref);
  for (guint i = 0; i < devices->len; i++)
    g_ptr_array_add (self->devices, copy_device (g_ptr_array_index (devices, i)));
  self->who = g_strdup (who);
  g_set_object (&self->agent, agent);
  self->now = g_get_real_time () / G_USEC_PER_SEC;
  g_set_object (&self->cancellable, cancellable);
  return self;
}

/**
 * stile_export_source_free:
 * @self: (transfer full): no longer needed
 */
void
stile_export_source_free (StileExportSource *self)
{
  g_object_unref (self->store);
  g_ptr_array_unref (self->devices);
  g_free (self->who);
  g_clear_object (&self->agent);
  g_clear_object (&self->cancellable);
  g_free (self);
}

/**
 * stile_export_source_facts_clear:
 *
 * Frees what is in it.
 */
void
stile_export_source_facts_clear (StileExportSourceFacts *facts)
{
  g_clear_object (&facts->certificate);
  g_clear_object (&facts->domain);
  g_clear_object (&facts->registrar);
  g_clear_pointer (&facts->agent, g_free);
}

static StileSignedMessage *
open_message (const StilePrmDossier *dossier, StilePrmStep step)
{
  GBytes *bytes = dossier->artefacts[step];

  return bytes != NULL ? stile_signed_message_parse (bytes, NULL) : NULL;
}

/* The root, or what comes first where there is none. */
static StileCertificate *
choose_root (GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      StileCertificate *certificate = g_ptr_array_index (certificates, i);

      if (stile_certificate_is_self_issued (certificate))
        return certificate;
    }

  return g_ptr_array_index (certificates, 0);
}

static void
read_roots (const StilePrmDossier *dossier, StileExportSourceFacts *facts)
{
  g_autoptr (StileSignedMessage) message = open_message (dossier, STILE_PRM_STEP_ROOTS_REQUEST);
  g_autoptr (GPtrArray) certificates = NULL;

  if (message == NULL)
    return;

  g_set_object (&facts->registrar, stile_signed_message_get_signer (message, 0));
  certificates = stile_prm_certificates_parse_bag (stile_signed_message_get_content (message), NULL);
  if (certificates != NULL)
    g_set_object (&facts->domain, choose_root (certificates));
}

/* Without CA certificates the voucher says whose the device is. */
static void
read_pin (const StilePrmDossier *dossier, StileExportSourceFacts *facts)
{
  g_autoptr (StileSignedMessage) message = open_message (dossier, STILE_PRM_STEP_VOUCHER_REQUEST);
  g_autoptr (StileVoucher) voucher = NULL;
  GBytes *pin;

  if (message != NULL)
    voucher =
        stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_ARTIFACT, NULL);
  pin = voucher != NULL ? stile_voucher_get_fields (voucher)->pinned_domain_cert : NULL;
  if (pin != NULL)
    facts->domain = stile_certificate_new_from_der (pin, NULL);
}

/**
 * stile_export_source_read:
 * @facts: (out caller-allocates): what was collected of it; what cannot be read is not there
 * @error: of the database, or %G_IO_ERROR_CANCELLED
 */
gboolean
stile_export_source_read (const StileExportSource *self,
                          guint index,
                          StileExportSourceFacts *facts,
                          GError **error)
{
  g_autoptr (StilePrmDossier) dossier = NULL;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  dossier = stile_device_records_load_dossier (stile_device_store_get_database (self->store),
                                               g_ptr_array_index (self->devices, index), error);
  if (dossier == NULL)
    return FALSE;

  facts->certificate = stile_prm_dossier_read_certificate (dossier, NULL);
  facts->agent = g_steal_pointer (&dossier->agent);
  read_roots (dossier, facts);
  if (facts->domain == NULL)
    read_pin (dossier, facts);
  return TRUE;
}

/**
 * stile_export_source_list_events:
 *
 * Returns: (transfer full): a(xss), as stile_device_details_list_events_finish()
 */
GVariant *
stile_export_source_list_events (const StileExportSource *self, guint index, GError **error)
{
  return stile_device_records_list_events (stile_device_store_get_database (self->store),
                                           g_ptr_array_index (self->devices, index), error);
}

/**
 * stile_export_source_clean:
 * @text: (nullable): from anybody
 * @characters: how many are shown
 *
 * Returns: (transfer full): one line that hides nothing and turns nothing around; "" for %NULL
 */
char *
stile_export_source_clean (const char *text, glong characters)
{
  return text != NULL ? stile_device_fields_make_text (text, strlen (text), characters) : g_strdup ("");
}
