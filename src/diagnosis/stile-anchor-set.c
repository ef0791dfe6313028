/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-anchor-set.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-chain.h"

/* Where distributions keep the public authorities alone, without what was installed on this computer; the first that is
 * there counts.  A package may bring a list of its own, which is the last. */
static const char *const public_places[] = {
  "/usr/share/ca-certificates/mozilla",                            /* Debian's kin: one file an authority */
  "/usr/share/pki/ca-trust-source/ca-bundle.trust.p11-kit",        /* Fedora's kin */
  "/usr/share/ca-certificates/trust-source/mozilla.trust.p11-kit", /* Arch's kin */
  DATADIR "/stile/public-roots.pem",
};

/**
 * StileAnchorSet:
 *
 * Authorities that somebody believes: this computer's store, or the public ones alone.  A chain that the one vouches for
 * and the other does not was signed by an authority that was put here on purpose.
 */
struct _StileAnchorSet
{
  GObject parent_instance;

  gnutls_x509_trust_list_t list;
  char *location;
  guint count;
};

G_DEFINE_FINAL_TYPE (StileAnchorSet, stile_anchor_set, G_TYPE_OBJECT)

static void
stile_anchor_set_finalize (GObject *object)
{
  StileAnchorSet *self = STILE_ANCHOR_SET (object);

  gnutls_x509_trust_list_deinit (self->list, 1);
  g_free (self->location);

  G_OBJECT_CLASS (stile_anchor_set_parent_class)->finalize (object);
}

static void
stile_anchor_set_class_init (StileAnchorSetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_anchor_set_finalize;
}

static void
stile_anchor_set_init (StileAnchorSet *self)
{
  gnutls_x509_trust_list_init (&self->list, 0);
}

static int
add_file (StileAnchorSet *self, const char *path)
{
  return gnutls_x509_trust_list_add_trust_file (self->list, path, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
}

static int
add_folder (StileAnchorSet *self, const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint files = 0;
  int count = 0;

  while (folder != NULL && files < STILE_ANCHOR_SET_MAX_FILES && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      int added = add_file (self, file);

      count += MAX (added, 0);
      files++;
    }

  return count;
}

static StileAnchorSet *
load (const char *path, GError **error)
{
  g_autoptr (StileAnchorSet) self = g_object_new (STILE_TYPE_ANCHOR_SET, NULL);
  int count = g_file_test (path, G_FILE_TEST_IS_DIR) ? add_folder (self, path) : add_file (self, path);

  if (count <= 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Reading authorities from “%s”: %s"), path,
                   count < 0 ? gnutls_strerror (count) : _ ("there are none"));
      return NULL;
    }

  self->location = g_strdup (path);
  self->count = (guint)count;
  return g_steal_pointer (&self);
}

/**
 * stile_anchor_set_load_system:
 * @path: (nullable): a PEM file to take for this computer's store; %NULL for the store itself
 *
 * Reads files: call it from a thread that may wait.
 *
 * Returns: (transfer full): the authorities; %STILE_ERROR_SETTINGS when there are none
 */
StileAnchorSet *
stile_anchor_set_load_system (const char *path, GError **error)
{
  g_autoptr (StileAnchorSet) self = NULL;
  int count;

  if (path != NULL)
    return load (path, error);

  self = g_object_new (STILE_TYPE_ANCHOR_SET, NULL);
  count = gnutls_x509_trust_list_add_system_trust (self->list, 0, 0);
  if (count <= 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("This computer’s store of authorities cannot be read: %s"),
                   count < 0 ? gnutls_strerror (count) : _ ("it is empty"));
      return NULL;
    }

  self->location = g_strdup (_ ("this computer’s store"));
  self->count = (guint)count;
  return g_steal_pointer (&self);
}

/**
 * stile_anchor_set_load_public:
 * @path: (nullable): a PEM file, or a folder of them; %NULL for where the distribution keeps them
 *
 * Reads files: call it from a thread that may wait.
 *
 * Returns: (transfer full) (nullable): the public authorities alone; %NULL and an error when there are none here
 */
StileAnchorSet *
stile_anchor_set_load_public (const char *path, GError **error)
{
  if (path != NULL)
    return load (path, error);

  for (gsize i = 0; i < G_N_ELEMENTS (public_places); i++)
    if (g_file_test (public_places[i], G_FILE_TEST_EXISTS))
      return load (public_places[i], error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("There is no list of the public authorities alone on this computer"));
  return NULL;
}

/**
 * stile_anchor_set_get_location:
 *
 * Returns: (transfer none): where they are from, for people
 */
const char *
stile_anchor_set_get_location (StileAnchorSet *self)
{
  return self->location;
}

guint
stile_anchor_set_get_n_authorities (StileAnchorSet *self)
{
  return self->count;
}

static StileCertificate *
find_anchor (StileAnchorSet *self, gnutls_x509_crt_t *list, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      gnutls_x509_crt_t issuer = NULL;
      gnutls_datum_t der = { NULL, 0 };
      StileCertificate *anchor = NULL;

      if (gnutls_x509_trust_list_get_issuer (self->list, list[i], &issuer, GNUTLS_TL_GET_COPY) < 0)
        continue;
      if (gnutls_x509_crt_export2 (issuer, GNUTLS_X509_FMT_DER, &der) >= 0)
        {
          g_autoptr (GBytes) bytes = g_bytes_new (der.data, der.size);

          anchor = stile_certificate_new_from_der (bytes, NULL);
        }
      gnutls_free (der.data);
      gnutls_x509_crt_deinit (issuer);
      if (anchor != NULL)
        return anchor;
    }

  return NULL;
}

/**
 * stile_anchor_set_verify:
 * @chain: (element-type StileCertificate): leaf first; the first 16 are looked at
 * @host: whom the leaf must be for
 * @anchor: (out) (optional) (transfer full) (nullable): the authority that it led to
 *
 * Returns: whether these authorities vouch for @chain, today and for @host
 */
StileYesNo
stile_anchor_set_verify (StileAnchorSet *self, GPtrArray *chain, const char *host, StileCertificate **anchor)
{
  guint count = MIN (chain->len, STILE_CERTIFICATE_CHAIN_MAX_LENGTH);
  gnutls_x509_crt_t list[STILE_CERTIFICATE_CHAIN_MAX_LENGTH];
  gnutls_typed_vdata_st name = { GNUTLS_DT_DNS_HOSTNAME, (guint8 *)host, 0 };
  unsigned int status = GNUTLS_CERT_INVALID;

  for (guint i = 0; i < count; i++)
    list[i] = stile_certificate_get_x509 (g_ptr_array_index (chain, i));
  if (count == 0 ||
      gnutls_x509_trust_list_verify_crt2 (self->list, list, count, &name, 1, 0, &status, NULL) < 0)
    status = GNUTLS_CERT_INVALID;
  if (anchor != NULL)
    *anchor = status == 0 ? find_anchor (self, list, count) : NULL;

  return status == 0 ? STILE_YES : STILE_NO;
}
