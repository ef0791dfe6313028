/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-signed-data.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-prm-message.h"
#include "codec/stile-base64url.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, sentence);
  return FALSE;
}

/**
 * stile_prm_signed_data_free:
 * @self: (transfer full): what to let go of
 */
void
stile_prm_signed_data_free (StilePrmSignedData *self)
{
  g_clear_object (&self->message);
  g_clear_pointer (&self->serial, g_free);
  g_clear_pointer (&self->key_id, g_bytes_unref);
  g_free (self);
}

/* Flat, or below the one name that an older draft had for it. */
static GVariant *
find_data (StilePrmSignedData *self, GVariant *document)
{
  g_autoptr (GVariant) wrapped =
      stile_json_get_member (document, "ietf-voucher-request-prm:agent-signed-data");

  if (wrapped == NULL || g_variant_n_children (document) != 1)
    return g_variant_ref (document);

  self->slips |= STILE_PRM_SLIP_WRAPPED;
  return g_steal_pointer (&wrapped);
}

static gboolean
read_data (StilePrmSignedData *self, GVariant *data, GError **error)
{
  const char *serial = stile_json_get_string (data, "serial-number");
  const char *date = stile_json_get_string (data, "created-on");

  if (serial == NULL || *serial == '\0' || strlen (serial) > STILE_PRM_SIGNED_DATA_MAX_SERIAL)
    return refuse (error, _ ("The agent names no device: “serial-number” is missing, or too long"));
  if (date == NULL || !stile_date_parse (date, &self->created_on, NULL))
    return refuse (error, _ ("The agent does not say when: “created-on” is missing, or no date"));

  self->serial = g_strdup (serial);
  return TRUE;
}

static gboolean
read_content (StilePrmSignedData *self, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (stile_signed_message_get_content (self->message),
                                                    STILE_PRM_SIGNED_DATA_MAX_SIZE, error);
  g_autoptr (GVariant) data = document != NULL ? find_data (self, document) : NULL;

  if (data == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return FALSE;
    }

  return read_data (self, data, error);
}

/* In standard base64, which x5c has, too; some take JOSE's usual one. */
static void
read_key_id (StilePrmSignedData *self)
{
  GVariant *header = stile_signed_message_get_header (self->message, 0);
  const char *text = stile_json_get_string (header, "kid");

  if (text == NULL)
    return;
  self->key_id = stile_base64url_decode_standard (text, -1, NULL);
  if (self->key_id != NULL)
    return;

  self->key_id = stile_base64url_decode (text, -1, NULL);
  if (self->key_id != NULL)
    self->slips |= STILE_PRM_SLIP_URL_SAFE;
}

static gboolean
read_message (StilePrmSignedData *self, GBytes *bytes, GError **error)
{
  self->message = stile_signed_message_parse_as (bytes, STILE_SIGNED_JWS, error);
  if (self->message == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return FALSE;
    }
  if (stile_signed_message_get_n_signers (self->message) != 1)
    return refuse (error, _ ("What the agent signed has more than one signature"));

  read_key_id (self);
  return read_content (self, error);
}

/**
 * stile_prm_signed_data_parse:
 * @bytes: a JWS, from anybody
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT
 *
 * Returns: (transfer full): what it says; nothing is verified yet
 */
StilePrmSignedData *
stile_prm_signed_data_parse (GBytes *bytes, GError **error)
{
  g_autoptr (StilePrmSignedData) self = g_new0 (StilePrmSignedData, 1);

  if (!read_message (self, bytes, error))
    {
      g_prefix_error (error, "%s: ", _ ("Reading “agent-signed-data”"));
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * stile_prm_signed_data_verify:
 * @agent: whose key is to have signed
 * @error: %STILE_ERROR_REFUSED
 *
 * Who @agent is, and whether it may, is another matter.
 *
 * Returns: whether the data name the certificate's key, and are signed with it
 */
gboolean
stile_prm_signed_data_verify (const StilePrmSignedData *self, StileCertificate *agent, GError **error)
{
  g_autoptr (GBytes) key_id = stile_certificate_path_get_subject_key_id (agent);
  g_autoptr (GError) reason = NULL;

  if (self->key_id == NULL || key_id == NULL || !g_bytes_equal (self->key_id, key_id))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED, _ ("its key id (“kid”) is not that of “%s”"),
                   stile_certificate_get_name (agent));
      return FALSE;
    }
  if (stile_signed_message_verify (self->message, 0, agent, &reason))
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED, reason->message);
  return FALSE;
}

/**
 * stile_prm_signed_data_make:
 * @agent: whoever stands before the device
 * @serial: of the device
 * @now: Unix seconds of a clock that is right (BOOTSTRAP A3)
 *
 * Returns: (transfer full): "agent-signed-data" (BRSKI-PRM section 7.1), to be put in base64
 */
GBytes *
stile_prm_signed_data_make (StileIdentity *agent, const char *serial, gint64 now, GError **error)
{
  StileCertificate *own = stile_identity_get_certificate (agent);
  g_autoptr (GBytes) key_id = stile_certificate_path_get_subject_key_id (own);
  g_autofree char *kid = key_id != NULL ? stile_prm_message_encode (key_id) : NULL;
  g_autofree char *date = stile_date_format (now);
  g_autoptr (GBytes) content = NULL;
  g_auto (GVariantDict) data = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) header = G_VARIANT_DICT_INIT (NULL);

  if (kid == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("“%s” is no certificate for an agent: it lacks a subject key identifier"),
                   stile_certificate_get_name (own));
      return NULL;
    }

  g_variant_dict_insert (&data, "created-on", "s", date);
  g_variant_dict_insert (&data, "serial-number", "s", serial);
  g_variant_dict_insert (&header, "kid", "s", kid);
  content = stile_prm_message_print (g_variant_dict_end (&data));
  return stile_prm_message_sign (agent, NULL, content, g_variant_dict_end (&header), error);
}
