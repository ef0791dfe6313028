/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-manufacturer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-path.h"

/**
 * StileManufacturer:
 *
 * What a registrar's policy says of one manufacturer: how its devices are known, which of them may come, and where its
 * MASA is.
 */
struct _StileManufacturer
{
  GObject parent_instance;

  char *name;
  GPtrArray *anchors; /* of StileCertificate */
  char *masa_url;
  GPtrArray *masa_anchors; /* of StileCertificate; NULL for the system's roots */
  char **serials;
  char **types;
  guint admit; /* StileVerdict */
  gboolean masa_any_address;
  gboolean idevid_may_end;
  gboolean any_assertion;
  gboolean compat;
};

G_DEFINE_FINAL_TYPE (StileManufacturer, stile_manufacturer, G_TYPE_OBJECT)

static const char *const keys[] = { "anchors", "masa-url", "masa-anchors",   "masa-any-address", "serials",
                                    "types",   "admit",    "idevid-may-end", "any-assertion",    "compat",
                                    NULL };
static const char *const verdicts[] = { "allow", "ask", "refuse", NULL };

/* Names in a subject that are looked at; each is a copy. */
#define MAX_NAMES 16
#define MAX_NAME_LENGTH 256

static void
stile_manufacturer_finalize (GObject *object)
{
  StileManufacturer *self = STILE_MANUFACTURER (object);

  g_free (self->name);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_free (self->masa_url);
  g_clear_pointer (&self->masa_anchors, g_ptr_array_unref);
  g_strfreev (self->serials);
  g_strfreev (self->types);

  G_OBJECT_CLASS (stile_manufacturer_parent_class)->finalize (object);
}

static void
stile_manufacturer_class_init (StileManufacturerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_manufacturer_finalize;
}

static void
stile_manufacturer_init (StileManufacturer *self)
{
}

static gboolean
read_choices (StileManufacturer *self, StileKeyFile *file, const char *group, GError **error)
{
  return stile_key_file_read_choice (file, group, "admit", verdicts, &self->admit, error) &&
         stile_key_file_read_flag (file, group, "masa-any-address", &self->masa_any_address, error) &&
         stile_key_file_read_flag (file, group, "idevid-may-end", &self->idevid_may_end, error) &&
         stile_key_file_read_flag (file, group, "any-assertion", &self->any_assertion, error) &&
         stile_key_file_read_flag (file, group, "compat", &self->compat, error);
}

static gboolean
read_masa_anchors (StileManufacturer *self, StileKeyFile *file, const char *group, GError **error)
{
  g_autofree char *path = stile_key_file_get_path (file, group, "masa-anchors");

  if (path == NULL)
    return TRUE;

  self->masa_anchors = stile_key_file_load_certificates (file, group, "masa-anchors", error);
  return self->masa_anchors != NULL;
}

static gboolean
check_masa_url (StileManufacturer *self, const char *group, GError **error)
{
  g_autoptr (StileMasaAddress) address = NULL;

  if (self->masa_url == NULL)
    return TRUE;

  address = stile_masa_address_parse (self->masa_url, STILE_MASA_FROM_OPERATOR, error);
  if (address != NULL)
    return TRUE;
  if (error != NULL)
    (*error)->code = STILE_ERROR_SETTINGS;
  g_prefix_error (error, _ ("%s in [%s]: "), "masa-url", group);
  return FALSE;
}

/**
 * stile_manufacturer_read:
 * @group: "manufacturer NAME"
 *
 * Returns: (transfer full): what the group says
 */
StileManufacturer *
stile_manufacturer_read (StileKeyFile *file, const char *group, GError **error)
{
  g_autoptr (StileManufacturer) self = g_object_new (STILE_TYPE_MANUFACTURER, NULL);
  const char *space = strchr (group, ' ');

  if (!stile_key_file_check_keys (file, group, keys, error) || !read_choices (self, file, group, error))
    return NULL;

  self->name = g_strdup (space != NULL ? space + 1 : group);
  self->anchors = stile_key_file_load_certificates (file, group, "anchors", error);
  self->masa_url = stile_key_file_get_text (file, group, "masa-url");
  self->serials = stile_key_file_get_list (file, group, "serials");
  self->types = stile_key_file_get_list (file, group, "types");
  if (self->anchors == NULL || !read_masa_anchors (self, file, group, error) ||
      !check_masa_url (self, group, error))
    return NULL;

  return g_steal_pointer (&self);
}

const char *
stile_manufacturer_get_name (StileManufacturer *self)
{
  return self->name;
}

/**
 * stile_manufacturer_get_anchors:
 *
 * Returns: (transfer none) (element-type StileCertificate): who signs its IDevIDs (R1)
 */
GPtrArray *
stile_manufacturer_get_anchors (StileManufacturer *self)
{
  return self->anchors;
}

/**
 * stile_manufacturer_get_masa_anchors:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): whom its MASA's TLS certificate must lead to;
 *   %NULL for the system's roots
 */
GPtrArray *
stile_manufacturer_get_masa_anchors (StileManufacturer *self)
{
  return self->masa_anchors;
}

/**
 * stile_manufacturer_find_masa:
 *
 * Returns: (transfer full): where the MASA of this device is: what the policy says, else what the IDevID says (R6)
 */
StileMasaAddress *
stile_manufacturer_find_masa (StileManufacturer *self, StileCertificate *idevid, GError **error)
{
  g_autofree char *text = NULL;

  if (self->masa_url != NULL)
    return stile_masa_address_parse (self->masa_url, STILE_MASA_FROM_OPERATOR, error);

  text = stile_certificate_path_get_masa_url (idevid);
  if (text != NULL)
    return stile_masa_address_parse (
        text, self->masa_any_address ? STILE_MASA_FROM_OPERATOR : STILE_MASA_FROM_DEVICE, error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("R6: The device’s certificate names no MASA, and the registrar’s policy has none "
                          "for its manufacturer"));
  return NULL;
}

StileVerdict
stile_manufacturer_get_admit (StileManufacturer *self)
{
  return (StileVerdict)self->admit;
}

/**
 * stile_manufacturer_get_idevid_may_end:
 *
 * Returns: whether an IDevID that has run out still is one (RFC 8995 section 2.6.2)
 */
gboolean
stile_manufacturer_get_idevid_may_end (StileManufacturer *self)
{
  return self->idevid_may_end;
}

/**
 * stile_manufacturer_get_any_assertion:
 *
 * Returns: whether vouchers that assert less than proximity are nothing to wonder about
 */
gboolean
stile_manufacturer_get_any_assertion (StileManufacturer *self)
{
  return self->any_assertion;
}

/**
 * stile_manufacturer_get_compat:
 *
 * Returns: whether what its devices are known to get wrong is passed over
 */
gboolean
stile_manufacturer_get_compat (StileManufacturer *self)
{
  return self->compat;
}

/**
 * stile_manufacturer_issued:
 * @chain: (element-type StileCertificate): what a TLS client showed, leaf first
 * @at: Unix seconds
 *
 * Returns: whether its anchors lead to that certificate, run out or not
 */
gboolean
stile_manufacturer_issued (StileManufacturer *self, GPtrArray *chain, gint64 at)
{
  return stile_certificate_path_verify (chain, self->anchors, at, STILE_CERTIFICATE_PATH_IGNORE_LEAF_END,
                                        NULL, NULL);
}

static gboolean
matches_any (char **patterns, const char *text)
{
  for (gsize i = 0; patterns[i] != NULL; i++)
    if (g_pattern_match_simple (patterns[i], text))
      return TRUE;

  return FALSE;
}

static gboolean
name_matches (char **patterns, StileCertificate *idevid, const char *oid)
{
  for (unsigned int i = 0; i < MAX_NAMES; i++)
    {
      char name[MAX_NAME_LENGTH];
      size_t size = sizeof name;
      int ret = gnutls_x509_crt_get_dn_by_oid (stile_certificate_get_x509 (idevid), oid, i, 0, name, &size);

      if (ret == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return FALSE;
      if (ret == 0 && strlen (name) == size && g_utf8_validate (name, -1, NULL) &&
          matches_any (patterns, name))
        return TRUE;
    }

  return FALSE;
}

/**
 * stile_manufacturer_lists:
 * @idevid: the device's certificate; its organizational units and common name are its type
 * @serial: X520SerialNumber
 *
 * Returns: whether the policy lists a device like this (R5); a list that is not there lists all
 */
gboolean
stile_manufacturer_lists (StileManufacturer *self, StileCertificate *idevid, const char *serial)
{
  if (self->serials[0] != NULL && !matches_any (self->serials, serial))
    return FALSE;
  if (self->types[0] == NULL)
    return TRUE;

  return name_matches (self->types, idevid, GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME) ||
         name_matches (self->types, idevid, GNUTLS_OID_X520_COMMON_NAME);
}
