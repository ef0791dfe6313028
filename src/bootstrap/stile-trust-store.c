/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-trust-store.h"

#include <glib/gi18n-lib.h>

/**
 * StileTrustStore:
 *
 * A place where CA roots are trusted by some programs.  Whatever looks at the place or changes it may block, on the
 * disk, on a program that it runs, or on somebody who is asked for a password: all but the names and the property are
 * for a thread of their own, one at a time.
 */
G_DEFINE_INTERFACE (StileTrustStore, stile_trust_store, G_TYPE_OBJECT)

/* --- what a store answers that has nothing special to say --- */

static gboolean
default_can_install (StileTrustStore *self, GError **error)
{
  return TRUE;
}

static char *
default_get_change (StileTrustStore *self, GPtrArray *roots)
{
  const char *location = stile_trust_store_get_location (self);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u certificate is added to this file:\n%s",
                                       "%u certificates are added to this file:\n%s", roots->len),
                          roots->len, location != NULL ? location : _ ("no file was chosen yet"));
}

static const char *
default_get_bundle (StileTrustStore *self)
{
  return NULL;
}

static char *
default_get_command (StileTrustStore *self, GPtrArray *roots)
{
  return NULL;
}

static GPtrArray *
default_verify (StileTrustStore *self, GPtrArray *roots)
{
  GPtrArray *results = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  gboolean there = stile_trust_store_contains (self, roots, &error);
  const char *missing = error != NULL ? error->message : _ ("The roots are not there.");

  g_ptr_array_add (results, stile_trust_result_new (stile_trust_store_get_name (self),
                                                    there ? STILE_TRUST_HOLDS : STILE_TRUST_FAILS, "%s",
                                                    there ? _ ("The roots are there.") : missing));
  return results;
}

static GPtrArray *
default_prepare (StileTrustStore *self, GPtrArray *roots, GError **error)
{
  g_autoptr (GPtrArray) undo = g_ptr_array_new_with_free_func (g_free);
  GError *local = NULL;

  for (guint i = 0; i < roots->len && local == NULL; i++)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new ();

      g_ptr_array_add (one, g_ptr_array_index (roots, i));
      g_ptr_array_add (undo, stile_trust_store_contains (self, one, &local) ? NULL : g_strdup (""));
    }
  if (local == NULL)
    return g_steal_pointer (&undo);

  g_propagate_error (error, local);
  return NULL;
}

static void
default_restore (StileTrustStore *self, StileCertificate *root, const char *undo)
{
}

static void
stile_trust_store_default_init (StileTrustStoreInterface *iface)
{
  iface->can_install = default_can_install;
  iface->get_change = default_get_change;
  iface->get_command = default_get_command;
  iface->get_bundle = default_get_bundle;
  iface->verify = default_verify;
  iface->prepare = default_prepare;
  iface->restore = default_restore;

  /**
   * StileTrustStore:selected:
   *
   * Whether the walk installs into this store.
   */
  g_object_interface_install_property (
      iface,
      g_param_spec_boolean ("selected", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

/* --- the interface --- */

/**
 * stile_trust_store_get_id:
 *
 * Returns: (transfer none) (nullable): how programs name it, the same in every process: "own", "system", "nss:FOLDER"
 *   or "pem:FILE"; %NULL while no file was chosen
 */
const char *
stile_trust_store_get_id (StileTrustStore *self)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->get_id (self);
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
 * stile_trust_store_can_install:
 * @error: why not, and what to do: %STILE_ERROR_SETTINGS
 *
 * Returns: whether installing can be tried; somebody may still be asked for a password, and refuse
 */
gboolean
stile_trust_store_can_install (StileTrustStore *self, GError **error)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->can_install (self, error);
}

/**
 * stile_trust_store_get_change:
 * @roots: (element-type StileCertificate): what would be installed
 *
 * Says what installing would do.  Nothing is changed by asking.
 *
 * Returns: (transfer full): a translated sentence, then a line for each file that is written and each command that is
 *   run
 */
char *
stile_trust_store_get_change (StileTrustStore *self, GPtrArray *roots)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->get_change (self, roots);
}

/**
 * stile_trust_store_get_command:
 * @roots: (element-type StileCertificate): what would be installed
 *
 * Where stile_trust_store_can_install() says no, somebody can still do it by hand.
 *
 * Returns: (transfer full) (nullable): what to paste into a terminal, all in one, with the certificates in it; %NULL
 *   when there is none
 */
char *
stile_trust_store_get_command (StileTrustStore *self, GPtrArray *roots)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->get_command (self, roots);
}

/**
 * stile_trust_store_get_bundle:
 *
 * Returns: (transfer none) (nullable): the PEM file in which programs find what the store trusts, to make a connection with
 *   it; %NULL for a store that is no file
 */
const char *
stile_trust_store_get_bundle (StileTrustStore *self)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->get_bundle (self);
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

/**
 * stile_trust_store_verify:
 * @roots: (element-type StileCertificate): what should be trusted
 *
 * Uses the store as the programs do that read it.
 *
 * Returns: (transfer full) (element-type StileTrustResult): one for each program that is told apart, and for those that
 *   people think of and that do not read the store
 */
GPtrArray *
stile_trust_store_verify (StileTrustStore *self, GPtrArray *roots)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->verify (self, roots);
}

/**
 * stile_trust_store_prepare:
 * @roots: (element-type StileCertificate): what will be installed
 *
 * Finds what taking back will need, before anything is changed: for a record that outlives this process.
 *
 * Returns: (transfer full) (element-type utf8): for each root what stile_trust_store_restore() wants, or %NULL for one
 *   that is trusted there already, so that there will be nothing to take back
 */
GPtrArray *
stile_trust_store_prepare (StileTrustStore *self, GPtrArray *roots, GError **error)
{
  return STILE_TRUST_STORE_GET_IFACE (self)->prepare (self, roots, error);
}

/**
 * stile_trust_store_restore:
 * @root: what an earlier process installed, or was about to install when it ended
 * @undo: what stile_trust_store_prepare() gave it for @root
 *
 * From now on stile_trust_store_remove() takes @root back as if this process had installed it.
 */
void
stile_trust_store_restore (StileTrustStore *self, StileCertificate *root, const char *undo)
{
  STILE_TRUST_STORE_GET_IFACE (self)->restore (self, root, undo);
}
