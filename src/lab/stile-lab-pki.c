/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-pki.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

#define MANUFACTURER "Example Devices Ltd"
#define DOMAIN "Plant Nord"
#define DEVICE_SERIAL_NUMBER "LAB-0001"

#define PUBLIC_MODE 0644
#define PRIVATE_MODE 0600

/**
 * StileLabPki:
 *
 * The lab's authorities, the service's certificates and the device's, fresh each time.  What a client is given lies in
 * files, all other keys are in memory only.
 */
struct _StileLabPki
{
  GObject parent_instance;

  char *anchors_file;
  char *domain_file;
  char *inspection_file;
  char *certificate_file;
  char *key_file;

  StileLabAuthority *authorities[STILE_LAB_N_MEMBERS];
  StileIdentity *service_identity;
  GTlsCertificate *outer_certificate;
};

G_DEFINE_FINAL_TYPE (StileLabPki, stile_lab_pki, G_TYPE_OBJECT)

/* In the order of StileLabMember: who issues comes before whom it issues to. */
static const struct
{
  const char *name;
  const char *organization;
  int issuer; /* -1: itself */
} members[STILE_LAB_N_MEMBERS] = {
  [STILE_LAB_MANUFACTURER] = { MANUFACTURER " Root CA", MANUFACTURER, -1 },
  [STILE_LAB_DOMAIN] = { DOMAIN " Root CA", DOMAIN, -1 },
  [STILE_LAB_INSPECTION] = { DOMAIN " Inspection CA", DOMAIN, STILE_LAB_DOMAIN },
  [STILE_LAB_STRANGER] = { "Unknown Inspection CA", "Unknown", -1 },
  [STILE_LAB_WEB] = { "Public Web CA (lab)", "Stile lab", -1 },
};

static void
stile_lab_pki_finalize (GObject *object)
{
  StileLabPki *self = STILE_LAB_PKI (object);

  g_free (self->anchors_file);
  g_free (self->domain_file);
  g_free (self->inspection_file);
  g_free (self->certificate_file);
  g_free (self->key_file);
  for (gsize i = 0; i < STILE_LAB_N_MEMBERS; i++)
    g_clear_object (&self->authorities[i]);
  g_clear_object (&self->service_identity);
  g_clear_object (&self->outer_certificate);

  G_OBJECT_CLASS (stile_lab_pki_parent_class)->finalize (object);
}

static void
stile_lab_pki_class_init (StileLabPkiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_lab_pki_finalize;
}

static void
stile_lab_pki_init (StileLabPki *self)
{
}

static gboolean
found_authorities (StileLabPki *self, GError **error)
{
  for (gsize i = 0; i < STILE_LAB_N_MEMBERS; i++)
    {
      StileLabAuthority *issuer = members[i].issuer >= 0 ? self->authorities[members[i].issuer] : NULL;

      self->authorities[i] =
          stile_lab_authority_new (members[i].name, members[i].organization, issuer, error);
      if (self->authorities[i] == NULL)
        return FALSE;
    }

  return TRUE;
}

/* --- files --- */

static gboolean
write_file (const char *path, const char *text, int mode, GError **error)
{
  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, mode, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  return FALSE;
}

static gboolean
write_authority (StileLabPki *self, StileLabMember member, const char *path, GError **error)
{
  g_autofree char *pem =
      stile_certificate_to_pem (stile_lab_authority_get_certificate (self->authorities[member]));

  return write_file (path, pem, PUBLIC_MODE, error);
}

static gboolean
write_files (StileLabPki *self, StileLabLeaf *device, GError **error)
{
  return write_authority (self, STILE_LAB_MANUFACTURER, self->anchors_file, error) &&
         write_authority (self, STILE_LAB_DOMAIN, self->domain_file, error) &&
         write_authority (self, STILE_LAB_INSPECTION, self->inspection_file, error) &&
         write_file (self->certificate_file, device->certificate, PUBLIC_MODE, error) &&
         write_file (self->key_file, device->key, PRIVATE_MODE, error);
}

static void
name_files (StileLabPki *self, const char *directory)
{
  self->anchors_file = g_build_filename (directory, "anchors.pem", NULL);
  self->domain_file = g_build_filename (directory, "domain.pem", NULL);
  self->inspection_file = g_build_filename (directory, "inspection.pem", NULL);
  self->certificate_file = g_build_filename (directory, "client.pem", NULL);
  self->key_file = g_build_filename (directory, "client.key", NULL);
}

/* --- who gets a certificate --- */

static StileLabLeaf *
issue_device (StileLabPki *self, GError **error)
{
  const StileLabSubject device = { .name = "Lab laptop",
                                   .organization = MANUFACTURER,
                                   .serial_number = DEVICE_SERIAL_NUMBER,
                                   .purpose = GNUTLS_KP_TLS_WWW_CLIENT };

  return stile_lab_authority_issue (self->authorities[STILE_LAB_MANUFACTURER], &device, error);
}

static StileLabLeaf *
issue_service (StileLabPki *self, StileLabMember member, GError **error)
{
  static const char *const hosts[] = { STILE_LAB_PKI_HOST, "127.0.0.1", NULL };
  const StileLabSubject service = { .name = STILE_LAB_PKI_HOST,
                                    .organization = MANUFACTURER,
                                    .hosts = hosts,
                                    .purpose = GNUTLS_KP_TLS_WWW_SERVER };

  return stile_lab_authority_issue (self->authorities[member], &service, error);
}

static gboolean
equip_service (StileLabPki *self, GError **error)
{
  g_autoptr (StileLabLeaf) inner = issue_service (self, STILE_LAB_MANUFACTURER, error);
  g_autoptr (StileLabLeaf) outer = inner != NULL ? issue_service (self, STILE_LAB_WEB, error) : NULL;

  if (outer == NULL)
    return FALSE;

  self->service_identity = stile_lab_leaf_to_identity (inner, error);
  if (self->service_identity == NULL)
    return FALSE;

  self->outer_certificate = stile_lab_leaf_to_tls (outer, error);
  return self->outer_certificate != NULL;
}

/**
 * stile_lab_pki_new:
 * @directory: an empty one that nobody else can read
 *
 * Makes all keys and certificates, and writes those that a client needs.
 */
StileLabPki *
stile_lab_pki_new (const char *directory, GError **error)
{
  g_autoptr (StileLabPki) self = g_object_new (STILE_TYPE_LAB_PKI, NULL);
  g_autoptr (StileLabLeaf) device = NULL;

  name_files (self, directory);
  if (found_authorities (self, error) && equip_service (self, error))
    device = issue_device (self, error);
  if (device == NULL || !write_files (self, device, error))
    {
      g_prefix_error (error, "%s: ", _ ("Making the lab's certificates"));
      return NULL;
    }

  return g_steal_pointer (&self);
}

StileLabAuthority *
stile_lab_pki_get_authority (StileLabPki *self, StileLabMember member)
{
  g_return_val_if_fail (member < STILE_LAB_N_MEMBERS, NULL);

  return self->authorities[member];
}

/**
 * stile_lab_pki_get_service_identity:
 *
 * Returns: (transfer none): what the service shows inside ATLS
 */
StileIdentity *
stile_lab_pki_get_service_identity (StileLabPki *self)
{
  return self->service_identity;
}

/**
 * stile_lab_pki_get_outer_certificate:
 *
 * Returns: (transfer none): what the service shows outside, to whoever connects
 */
GTlsCertificate *
stile_lab_pki_get_outer_certificate (StileLabPki *self)
{
  return self->outer_certificate;
}

/**
 * stile_lab_pki_get_anchors_file:
 *
 * Returns: the manufacturer's CA, which a client must know
 */
const char *
stile_lab_pki_get_anchors_file (StileLabPki *self)
{
  return self->anchors_file;
}

/**
 * stile_lab_pki_get_domain_file:
 *
 * Returns: the domain's root, which a client will learn
 */
const char *
stile_lab_pki_get_domain_file (StileLabPki *self)
{
  return self->domain_file;
}

/**
 * stile_lab_pki_get_inspection_file:
 *
 * Returns: the CA that the domain's middlebox signs with
 */
const char *
stile_lab_pki_get_inspection_file (StileLabPki *self)
{
  return self->inspection_file;
}

/**
 * stile_lab_pki_get_certificate_file:
 *
 * Returns: the device's certificate
 */
const char *
stile_lab_pki_get_certificate_file (StileLabPki *self)
{
  return self->certificate_file;
}

/**
 * stile_lab_pki_get_key_file:
 *
 * Returns: the device's key
 */
const char *
stile_lab_pki_get_key_file (StileLabPki *self)
{
  return self->key_file;
}
