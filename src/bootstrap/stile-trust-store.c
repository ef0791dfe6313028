/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-trust-store.h"

/**
 * StileTrustStore:
 *
 * A place where CA roots are trusted by some programs.  Installing and taking back may block on the disk: call them
 * from a thread of their own.
 */
G_DEFINE_INTERFACE (StileTrustStore, stile_trust_store, G_TYPE_OBJECT)

static void
stile_trust_store_default_init (StileTrustStoreInterface *iface)
{
  /**
   * StileTrustStore:selected:
   *
   * Whether the walk installs into this store.
   */
  g_object_interface_install_property (
      iface,
      g_param_spec_boolean ("selected", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

/**
 * stile_trust_store_get_name:
 *
 * Returns: (transfer none): what people call it, translated
 */
const char *
stile_trust_store_get_name (StileTrustStore *self)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->get_name (self);
}

/**
 * stile_trust_store_get_meaning:
 *
 * Returns: (transfer none): which programs will trust the roots, in a translated sentence
 */
const char *
stile_trust_store_get_meaning (StileTrustStore *self)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->get_meaning (self);
}

/**
 * stile_trust_store_get_location:
 *
 * Returns: (transfer none): the file or folder that changes
 */
const char *
stile_trust_store_get_location (StileTrustStore *self)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->get_location (self);
}

gboolean
stile_trust_store_get_selected (StileTrustStore *self)
{
  gboolean selected;

  g_object_get (self, "selected", &selected, NULL);
  return selected;
}

void
stile_trust_store_set_selected (StileTrustStore *self, gboolean selected)
{
  g_object_set (self, "selected", selected, NULL);
}

/**
 * stile_trust_store_install:
 * @roots: (element-type StileCertificate): what to trust; those that are there already stay once
 *
 * Either all of @roots are in the store afterwards, or nothing has changed.
 */
gboolean
stile_trust_store_install (StileTrustStore *self, GPtrArray *roots, GError **error)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->install (self, roots, error);
}

/**
 * stile_trust_store_remove:
 * @roots: (element-type StileCertificate): what to trust no longer
 *
 * Takes back what stile_trust_store_install() did, and nothing that was there before it.
 */
gboolean
stile_trust_store_remove (StileTrustStore *self, GPtrArray *roots, GError **error)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->remove (self, roots, error);
}

/**
 * stile_trust_store_contains:
 * @roots: (element-type StileCertificate): what to look for
 *
 * Returns: whether all of @roots are in the store, by reading it again
 */
gboolean
stile_trust_store_contains (StileTrustStore *self, GPtrArray *roots, GError **error)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->contains (self, roots, error);
}
