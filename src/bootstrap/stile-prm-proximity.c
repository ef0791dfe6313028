/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-proximity.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-json.h"

/**
 * stile_prm_proximity_free:
 * @self: (transfer full): what to let go of
 */
void
stile_prm_proximity_free (StilePrmProximity *self)
{
  g_clear_object (&self->registrar);
  g_clear_pointer (&self->signed_data, stile_prm_signed_data_free);
  g_free (self);
}

static GBytes *
read_binary (GVariant *members, const char *name, GError **error)
{
  const char *text = members != NULL ? stile_json_get_string (members, name) : NULL;
  GBytes *bytes = text != NULL ? stile_base64url_decode_standard (text, -1, NULL) : NULL;

  if (bytes == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("“%s” is missing, or not in base64"), name);

  return bytes;
}

static StilePrmProximity *
read_members (GVariant *members, GError **error)
{
  g_autoptr (StilePrmProximity) self = g_new0 (StilePrmProximity, 1);
  g_autoptr (GBytes) der = read_binary (members, "agent-provided-proximity-registrar-cert", error);
  g_autoptr (GBytes) data = der != NULL ? read_binary (members, "agent-signed-data", error) : NULL;

  if (data == NULL)
    return NULL;

  self->registrar = stile_certificate_new_from_der (der, error);
  if (self->registrar == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }
  self->signed_data = stile_prm_signed_data_parse (data, error);

  return self->signed_data != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * stile_prm_proximity_parse_trigger:
 * @json: what came to the device's "tpvr", from anybody (BRSKI-PRM section 7.1)
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Returns: (transfer full): what it says; nothing is verified yet
 */
StilePrmProximity *
stile_prm_proximity_parse_trigger (GBytes *json, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (json, STILE_PRM_PROXIMITY_MAX_SIZE, error);

  if (document == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }

  return read_members (document, error);
}

/**
 * stile_prm_proximity_read:
 * @request: of a device
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Returns: (transfer full): what its members say; nothing is verified yet
 */
StilePrmProximity *
stile_prm_proximity_read (StileVoucher *request, GError **error)
{
  return read_members (stile_voucher_get_fields (request)->more, error);
}
