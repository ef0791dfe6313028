/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-pki.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

#define MANUFACTURER "Example Devices Ltd"
#define DOMAIN "Plant Nord"
#define OTHER_OWNER "Harbour West"

/* RFC 7030 section 3.6.1: who carries it speaks for the domain. */
#define OID_CMC_RA "1.3.6.1.5.5.7.3.28"

/* The device that a client is. */
#define CLIENT_NAME "Lab laptop"

#define PUBLIC_MODE 0644
#define PRIVATE_MODE 0600

/**
 * StileLabPki:
 *
 * The lab's authorities, the certificates of its services, the device's and the technician's, fresh each time.  What a client
 * is given lies in files, all other keys are in memory only.
 */
struct _StileLabPki
{
  GObject parent_instance;

  char *directory;
  char *masa_url;
  char *anchors_file;
  char *domain_file;
  char *inspection_file;
  char *certificate_file;
  char *key_file;
  char *agent_certificate_file;
  char *agent_key_file;

  StileLabAuthority *authorities[STILE_LAB_N_MEMBERS];
  StileIdentity *identities[STILE_LAB_N_PARTS];
  StileLabLeaf *device;
  StileLabLeaf *ended_device; /* the same one, years later */
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
  [STILE_LAB_OTHER_OWNER] = { OTHER_OWNER " Root CA", OTHER_OWNER, -1 },
  [STILE_LAB_FALSE_MANUFACTURER] = { MANUFACTURER " Root CA", MANUFACTURER, -1 },
  [STILE_LAB_FALSE_DOMAIN] = { DOMAIN " Root CA", DOMAIN, -1 },
  [STILE_LAB_AGENTS] = { DOMAIN " Technicians CA", DOMAIN, STILE_LAB_DOMAIN },
};

static const char *const loopback[] = { STILE_LAB_PKI_HOST, "127.0.0.1", NULL };
static const char *const for_registrar[] = { OID_CMC_RA, GNUTLS_KP_TLS_WWW_SERVER, GNUTLS_KP_TLS_WWW_CLIENT,
                                             NULL };
static const char *const for_server[] = { GNUTLS_KP_TLS_WWW_SERVER, NULL };
static const char *const for_client[] = { GNUTLS_KP_TLS_WWW_CLIENT, NULL };

/* Who lies has the names of whom he lies about: names prove nothing. */
static const struct
{
  StileLabMember issuer;
  StileLabSubject subject;
} parts[STILE_LAB_N_PARTS] = {
  [STILE_LAB_PART_REGISTRAR] = { STILE_LAB_DOMAIN,
                                 { DOMAIN " Registrar", DOMAIN, .hosts = loopback,
                                   .purposes = for_registrar } },
  [STILE_LAB_PART_OUTER] = { STILE_LAB_WEB,
                             { STILE_LAB_PKI_HOST, DOMAIN, .hosts = loopback, .purposes = for_server } },
  [STILE_LAB_PART_MASA_HTTPS] = { STILE_LAB_MANUFACTURER,
                                  { STILE_LAB_PKI_HOST, MANUFACTURER, .hosts = loopback,
                                    .purposes = for_server } },
  [STILE_LAB_PART_MASA] = { STILE_LAB_MANUFACTURER, { MANUFACTURER " MASA", MANUFACTURER } },
  [STILE_LAB_PART_ROGUE_MASA] = { STILE_LAB_FALSE_MANUFACTURER, { MANUFACTURER " MASA", MANUFACTURER } },
  [STILE_LAB_PART_IMPOSTOR] = { STILE_LAB_FALSE_DOMAIN,
                                { DOMAIN " Registrar", DOMAIN, .hosts = loopback,
                                  .purposes = for_registrar } },
  [STILE_LAB_PART_OTHER_DEVICE] = { STILE_LAB_MANUFACTURER,
                                    { "Lab laptop", MANUFACTURER, STILE_LAB_PKI_OTHER_DEVICE } },
};

static void
stile_lab_pki_finalize (GObject *object)
{
  StileLabPki *self = STILE_LAB_PKI (object);

  g_free (self->directory);
  g_free (self->masa_url);
  g_free (self->anchors_file);
  g_free (self->domain_file);
  g_free (self->inspection_file);
  g_free (self->certificate_file);
  g_free (self->key_file);
  g_free (self->agent_certificate_file);
  g_free (self->agent_key_file);
  for (gsize i = 0; i < STILE_LAB_N_MEMBERS; i++)
    g_clear_object (&self->authorities[i]);
  for (gsize i = 0; i < STILE_LAB_N_PARTS; i++)
    g_clear_object (&self->identities[i]);
  g_clear_pointer (&self->device, stile_lab_leaf_free);
  g_clear_pointer (&self->ended_device, stile_lab_leaf_free);

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
write_leaf (const StileLabLeaf *leaf, const char *certificate, const char *key, GError **error)
{
  return write_file (certificate, leaf->certificate, PUBLIC_MODE, error) &&
         write_file (key, leaf->key, PRIVATE_MODE, error);
}

/**
 * stile_lab_pki_age_device:
 * @ended: whether the device's certificate has run out
 *
 * Writes the device's files anew: the same device, at its beginning or past its end.
 */
gboolean
stile_lab_pki_age_device (StileLabPki *self, gboolean ended, GError **error)
{
  return write_leaf (ended ? self->ended_device : self->device, self->certificate_file, self->key_file,
                     error);
}

static gboolean
write_files (StileLabPki *self, GError **error)
{
  return write_authority (self, STILE_LAB_MANUFACTURER, self->anchors_file, error) &&
         write_authority (self, STILE_LAB_DOMAIN, self->domain_file, error) &&
         write_authority (self, STILE_LAB_INSPECTION, self->inspection_file, error) &&
         stile_lab_pki_age_device (self, FALSE, error);
}

static void
name_files (StileLabPki *self, const char *directory)
{
  self->directory = g_strdup (directory);
  self->anchors_file = g_build_filename (directory, "anchors.pem", NULL);
  self->domain_file = g_build_filename (directory, "domain.pem", NULL);
  self->inspection_file = g_build_filename (directory, "inspection.pem", NULL);
  self->certificate_file = g_build_filename (directory, "client.pem", NULL);
  self->key_file = g_build_filename (directory, "client.key", NULL);
  self->agent_certificate_file = g_build_filename (directory, "agent.pem", NULL);
  self->agent_key_file = g_build_filename (directory, "agent.key", NULL);
}

/* --- who gets a certificate --- */

/* RFC 8995 section 2.3: nothing limits what an IDevID is good for. */
static StileLabLeaf *
issue_device (StileLabPki *self, const char *name, const char *serial_number, gboolean ended, GError **error)
{
  const StileLabSubject device = { .name = name,
                                   .organization = MANUFACTURER,
                                   .serial_number = serial_number,
                                   .masa_url = self->masa_url,
                                   .ended = ended };

  return stile_lab_authority_issue (self->authorities[STILE_LAB_MANUFACTURER], &device, error);
}

static gboolean
issue_devices (StileLabPki *self, GError **error)
{
  self->device = issue_device (self, CLIENT_NAME, STILE_LAB_PKI_DEVICE, FALSE, error);
  if (self->device == NULL)
    return FALSE;

  self->ended_device = issue_device (self, CLIENT_NAME, STILE_LAB_PKI_DEVICE, TRUE, error);
  return self->ended_device != NULL;
}

/**
 * stile_lab_pki_make_device:
 * @name: what it is
 *
 * Returns: (transfer full): another device of the manufacturer's; its key is in memory only
 */
StileIdentity *
stile_lab_pki_make_device (StileLabPki *self, const char *name, const char *serial_number, GError **error)
{
  g_autoptr (StileLabLeaf) leaf = issue_device (self, name, serial_number, FALSE, error);

  return leaf != NULL ? stile_lab_leaf_to_identity (leaf, error) : NULL;
}

/* Who goes between devices and their registrar (BRSKI-PRM section 6.1). */
static gboolean
equip_agent (StileLabPki *self, GError **error)
{
  const StileLabSubject agent = { .name = "Lab technician", .organization = DOMAIN, .purposes = for_client };
  g_autoptr (StileLabLeaf) leaf =
      stile_lab_authority_issue (self->authorities[STILE_LAB_AGENTS], &agent, error);

  return leaf != NULL && write_leaf (leaf, self->agent_certificate_file, self->agent_key_file, error);
}

static gboolean
equip (StileLabPki *self, StileLabPart part, GError **error)
{
  StileLabSubject subject = parts[part].subject;
  g_autoptr (StileLabLeaf) leaf = NULL;

  if (subject.serial_number != NULL)
    subject.masa_url = self->masa_url;
  leaf = stile_lab_authority_issue (self->authorities[parts[part].issuer], &subject, error);
  if (leaf == NULL)
    return FALSE;

  self->identities[part] = stile_lab_leaf_to_identity (leaf, error);
  return self->identities[part] != NULL;
}

static gboolean
equip_all (StileLabPki *self, GError **error)
{
  for (guint i = 0; i < STILE_LAB_N_PARTS; i++)
    if (!equip (self, (StileLabPart)i, error))
      return FALSE;

  return TRUE;
}

/**
 * stile_lab_pki_new:
 * @directory: an empty one that nobody else can read
 * @masa_url: where vouchers are given, for the devices' certificates
 *
 * Makes all keys and certificates, and writes those that a client needs.
 */
StileLabPki *
stile_lab_pki_new (const char *directory, const char *masa_url, GError **error)
{
  g_autoptr (StileLabPki) self = g_object_new (STILE_TYPE_LAB_PKI, NULL);

  name_files (self, directory);
  self->masa_url = g_strdup (masa_url);
  if (!found_authorities (self, error) || !equip_all (self, error) || !issue_devices (self, error) ||
      !write_files (self, error) || !equip_agent (self, error))
    {
      g_prefix_error (error, "%s: ", _ ("Making the lab’s certificates"));
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
 * stile_lab_pki_get_identity:
 *
 * Returns: (transfer none): the certificate and the key of one of the lab's services
 */
StileIdentity *
stile_lab_pki_get_identity (StileLabPki *self, StileLabPart part)
{
  g_return_val_if_fail (part < STILE_LAB_N_PARTS, NULL);

  return self->identities[part];
}

/**
 * stile_lab_pki_get_directory:
 *
 * Returns: where the files are
 */
const char *
stile_lab_pki_get_directory (StileLabPki *self)
{
  return self->directory;
}

/**
 * stile_lab_pki_get_masa_url:
 *
 * Returns: where the devices' certificates say that vouchers are given
 */
const char *
stile_lab_pki_get_masa_url (StileLabPki *self)
{
  return self->masa_url;
}

/**
 * stile_lab_pki_get_anchors_file:
 *
 * Returns: the manufacturer's CA, whose word a device takes
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

/**
 * stile_lab_pki_get_agent_certificate_file:
 *
 * Returns: the technician's certificate, with the CA that the registrar knows
 */
const char *
stile_lab_pki_get_agent_certificate_file (StileLabPki *self)
{
  return self->agent_certificate_file;
}

/**
 * stile_lab_pki_get_agent_key_file:
 *
 * Returns: the technician's key
 */
const char *
stile_lab_pki_get_agent_key_file (StileLabPki *self)
{
  return self->agent_key_file;
}
