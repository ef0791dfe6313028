/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-masa-devices.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-path.h"

#define ISSUER_PREFIX "issuer "

/**
 * StileMasaDevices:
 *
 * What a manufacturer has made, and whom it sold it to, from files of its own: who issued the IDevIDs, which serial
 * numbers there are, and how vouchers are given (M6, M8).  data/masa-devices.conf explains each setting.  Does not
 * change, and may be shared by threads.
 */
struct _StileMasaDevices
{
  GObject parent_instance;

  StileMasaRules rules;
  GPtrArray *lines;   /* of ProductLine */
  GPtrArray *anchors; /* of StileCertificate: of all of them */
  GHashTable *owners; /* serial number → domain id */
};

G_DEFINE_FINAL_TYPE (StileMasaDevices, stile_masa_devices, G_TYPE_OBJECT)

/* Serial numbers are unique under one issuer only. */
typedef struct
{
  GPtrArray *anchors; /* of StileCertificate */
  char **serials;
} ProductLine;

static const char *const policy_keys[] = {
  "first-come", "transfer", "nonceless-days", "short-lived", "expires-with-nonce", "owners", NULL,
};
static const char *const issuer_keys[] = { "anchors", "serials", NULL };

static void
product_line_free (ProductLine *line)
{
  g_clear_pointer (&line->anchors, g_ptr_array_unref);
  g_strfreev (line->serials);
  g_free (line);
}

static void
stile_masa_devices_finalize (GObject *object)
{
  StileMasaDevices *self = STILE_MASA_DEVICES (object);

  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->anchors);
  g_hash_table_unref (self->owners);

  G_OBJECT_CLASS (stile_masa_devices_parent_class)->finalize (object);
}

static void
stile_masa_devices_class_init (StileMasaDevicesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_masa_devices_finalize;
}

static void
stile_masa_devices_init (StileMasaDevices *self)
{
  self->rules = (StileMasaRules){ .first_come = TRUE, .nonceless_days = 30 };
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify)product_line_free);
  self->anchors = g_ptr_array_new_with_free_func (g_object_unref);
  self->owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* --- owners --- */

/* "DOMAIN-ID SERIAL": a domain id is base64, and a serial number may hold spaces. */
static gboolean
read_owner (StileMasaDevices *self, char *line, GError **error)
{
  char *space;

  g_strstrip (line);
  if (*line == '\0' || *line == '#')
    return TRUE;

  space = strchr (line, ' ');
  if (space == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("a line has a domain id, a space and a serial number; “%.80s” does not"), line);
      return FALSE;
    }

  g_hash_table_insert (self->owners, g_strdup (g_strchug (space + 1)),
                       g_strndup (line, (gsize)(space - line)));
  return TRUE;
}

static gboolean
read_lines (StileMasaDevices *self, char *text, gsize length, GError **error)
{
  g_auto (GStrv) lines = NULL;

  if (length > STILE_MASA_DEVICES_MAX_OWNERS_SIZE || !g_utf8_validate_len (text, length, NULL))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   g_dngettext (GETTEXT_PACKAGE, "it is no text of up to %d byte",
                                "it is no text of up to %d bytes", STILE_MASA_DEVICES_MAX_OWNERS_SIZE),
                   STILE_MASA_DEVICES_MAX_OWNERS_SIZE);
      return FALSE;
    }

  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (!read_owner (self, lines[i], error))
      return FALSE;

  return TRUE;
}

static gboolean
load_owners (StileMasaDevices *self, StileKeyFile *file, const char *group, GError **error)
{
  g_autofree char *path = stile_key_file_get_path (file, group, "owners");
  g_autofree char *text = NULL;
  gsize length;

  if (path == NULL)
    return TRUE;
  if (g_file_get_contents (path, &text, &length, error) && read_lines (self, text, length, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

/* --- groups --- */

static gboolean
read_policy (StileMasaDevices *self, StileKeyFile *file, const char *group, GError **error)
{
  StileMasaRules *rules = &self->rules;

  return stile_key_file_check_keys (file, group, policy_keys, error) &&
         stile_key_file_read_flag (file, group, "first-come", &rules->first_come, error) &&
         stile_key_file_read_flag (file, group, "transfer", &rules->transfer, error) &&
         stile_key_file_read_number (file, group, "nonceless-days", 1, 36500, &rules->nonceless_days,
                                     error) &&
         stile_key_file_read_flag (file, group, "short-lived", &rules->short_lived, error) &&
         stile_key_file_read_flag (file, group, "expires-with-nonce", &rules->expires_with_nonce, error) &&
         load_owners (self, file, group, error);
}

static gboolean
read_issuer (StileMasaDevices *self, StileKeyFile *file, const char *group, GError **error)
{
  ProductLine *line = g_new0 (ProductLine, 1);

  g_ptr_array_add (self->lines, line);
  if (!stile_key_file_check_keys (file, group, issuer_keys, error))
    return FALSE;

  line->serials = stile_key_file_get_list (file, group, "serials");
  line->anchors = stile_key_file_load_certificates (file, group, "anchors", error);
  for (guint i = 0; line->anchors != NULL && i < line->anchors->len; i++)
    g_ptr_array_add (self->anchors, g_object_ref (g_ptr_array_index (line->anchors, i)));

  return line->anchors != NULL;
}

static gboolean
read_group (StileMasaDevices *self, StileKeyFile *file, const char *group, GError **error)
{
  if (strcmp (group, "policy") == 0)
    return read_policy (self, file, group, error);
  if (g_str_has_prefix (group, ISSUER_PREFIX))
    return read_issuer (self, file, group, error);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("there is no group [%s]; there are [policy] and [issuer NAME]"), group);
  return FALSE;
}

static gboolean
read_groups (StileMasaDevices *self, StileKeyFile *file, GError **error)
{
  const char *const *groups = stile_key_file_get_groups (file);

  for (gsize i = 0; groups[i] != NULL; i++)
    if (!read_group (self, file, groups[i], error))
      return FALSE;
  if (self->lines->len > 0)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("there is no [issuer NAME]: no device would be known"));
  return FALSE;
}

/**
 * stile_masa_devices_load:
 * @path: a key file
 *
 * Returns: (transfer full): the devices; %STILE_ERROR_SETTINGS with the file's name in it
 */
StileMasaDevices *
stile_masa_devices_load (const char *path, GError **error)
{
  g_autoptr (StileMasaDevices) self = g_object_new (STILE_TYPE_MASA_DEVICES, NULL);
  g_autoptr (StileKeyFile) file = stile_key_file_load (path, error);

  if (file != NULL && read_groups (self, file, error))
    return g_steal_pointer (&self);

  g_prefix_error (error, "%s: ", path);
  return NULL;
}

const StileMasaRules *
stile_masa_devices_get_rules (StileMasaDevices *self)
{
  return &self->rules;
}

/**
 * stile_masa_devices_get_anchors:
 *
 * Returns: (transfer none) (element-type StileCertificate): who signs the IDevIDs of all devices (M3)
 */
GPtrArray *
stile_masa_devices_get_anchors (StileMasaDevices *self)
{
  return self->anchors;
}

/**
 * stile_masa_devices_find_owner:
 *
 * Returns: (transfer none) (nullable): the domain id of whom the device was sold to, when that is known
 */
const char *
stile_masa_devices_find_owner (StileMasaDevices *self, const char *serial)
{
  return g_hash_table_lookup (self->owners, serial);
}

/* --- which device --- */

static gboolean
has_serial (const ProductLine *line, const char *serial)
{
  for (gsize i = 0; line->serials[i] != NULL; i++)
    if (g_pattern_match_simple (line->serials[i], serial))
      return TRUE;

  return line->serials[0] == NULL;
}

/* Of the product line whose anchors lead to the device's own signature. */
static gboolean
issued_signer (const ProductLine *line, const StileJudgement *judgement)
{
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (judgement->prior_message, 0);

  return stile_certificate_path_verify (chain, line->anchors, STILE_CERTIFICATE_PATH_NO_TIME,
                                        STILE_CERTIFICATE_PATH_DEFAULT, NULL, NULL);
}

/* With nothing of the device's own, the registrar's word has to do: the key id of who issued its certificate. */
static gboolean
has_key_id (const ProductLine *line, GBytes *key_id)
{
  for (guint i = 0; i < line->anchors->len; i++)
    {
      g_autoptr (GBytes) own =
          stile_certificate_path_get_subject_key_id (g_ptr_array_index (line->anchors, i));

      if (own != NULL && g_bytes_equal (own, key_id))
        return TRUE;
    }

  return FALSE;
}

static GBytes *
get_key_id (const StileJudgement *judgement)
{
  GBytes *value = stile_voucher_get_fields (judgement->voucher)->idevid_issuer;
  StileCertificate *signer =
      judgement->prior_message != NULL ? stile_signed_message_get_signer (judgement->prior_message, 0) : NULL;
  g_autoptr (GBytes) wrapped = signer != NULL ? stile_certificate_path_get_idevid_issuer (signer) : NULL;

  if (wrapped != NULL)
    return stile_certificate_path_read_idevid_issuer (wrapped);

  return value != NULL ? stile_certificate_path_read_idevid_issuer (value) : NULL;
}

/**
 * stile_masa_devices_find_issuer:
 * @judgement: a registrar's request that was found good
 *
 * Whether this manufacturer made the device that is asked for (M6).
 *
 * Returns: (transfer full) (nullable): the key id of who issued its IDevID; %NULL when it is none of its devices
 */
GBytes *
stile_masa_devices_find_issuer (StileMasaDevices *self, const StileJudgement *judgement)
{
  const char *serial = stile_voucher_get_fields (judgement->voucher)->serial_number;
  g_autoptr (GBytes) key_id = get_key_id (judgement);

  for (guint i = 0; key_id != NULL && i < self->lines->len; i++)
    {
      const ProductLine *line = g_ptr_array_index (self->lines, i);
      gboolean its =
          judgement->prior_message != NULL ? issued_signer (line, judgement) : has_key_id (line, key_id);

      if (its && has_serial (line, serial))
        return g_steal_pointer (&key_id);
    }

  return NULL;
}
