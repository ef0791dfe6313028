/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-system-store.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-sandbox.h"
#include "bootstrap/stile-system-anchors.h"
#include "bootstrap/stile-system-command.h"
#include "bootstrap/stile-system-kind.h"
#include "bootstrap/stile-system-readers.h"
#include "bootstrap/stile-trust-check.h"
#include "codec/stile-certificate-bundle.h"

/* The system outside of the sandbox; only its name can be seen. */
#define HOST_OS_RELEASE "/run/host/os-release"

/* polkit asks for an administrator's password; data/org.stile.Stile.policy.in says in which words. */
#define ELEVATE "pkexec " BINDIR "/stilectl"

/**
 * StileSystemStore:
 *
 * The certificates of the whole computer: files in the folder that the distribution has for its administrator, and the
 * command that makes of them what programs read.  Who is not the administrator runs stilectl through polkit.
 */
struct _StileSystemStore
{
  GObject parent_instance;

  gboolean selected;
  char *anchors;
  char *command;
  char *bundle;
  char *hashes;
  char *elevate;
  char *sandbox;
  gboolean nss;
  GHashTable *added; /* set of fingerprints: what may be taken back */
};

enum
{
  PROP_SELECTED = 1,
  PROP_ANCHORS,
  PROP_COMMAND,
  PROP_BUNDLE,
  PROP_HASHES,
  PROP_ELEVATE,
  PROP_SANDBOX,
};

static void trust_store_init (StileTrustStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileSystemStore,
                               stile_system_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_TRUST_STORE, trust_store_init))

static char **
text_of (StileSystemStore *self, guint id)
{
  char **const fields[] = {
    [PROP_ANCHORS] = &self->anchors, [PROP_COMMAND] = &self->command, [PROP_BUNDLE] = &self->bundle,
    [PROP_HASHES] = &self->hashes,   [PROP_ELEVATE] = &self->elevate, [PROP_SANDBOX] = &self->sandbox,
  };

  return fields[id];
}

static void
stile_system_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (object);

  if (id == PROP_SELECTED)
    g_value_set_boolean (value, self->selected);
  else
    g_value_set_string (value, *text_of (self, id));
}

static void
stile_system_store_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (object);

  if (id == PROP_SELECTED)
    self->selected = g_value_get_boolean (value);
  else
    *text_of (self, id) = g_value_dup_string (value);
}

static void
stile_system_store_constructed (GObject *object)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (object);
  const StileSystemKind *kind = NULL;

  if (self->anchors == NULL)
    kind = stile_sandbox_is_inside (self->sandbox) ? stile_system_kind_find (HOST_OS_RELEASE)
                                                   : stile_system_kind_detect ("/");
  if (kind != NULL)
    {
      self->anchors = g_strdup (kind->anchors);
      self->command = g_strdup (kind->command);
      self->bundle = g_strdup (kind->bundle);
      self->hashes = g_strdup (kind->hashes);
      self->nss = kind->nss;
    }

  G_OBJECT_CLASS (stile_system_store_parent_class)->constructed (object);
}

static void
stile_system_store_finalize (GObject *object)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (object);

  for (guint id = PROP_ANCHORS; id <= PROP_SANDBOX; id++)
    g_free (*text_of (self, id));
  g_hash_table_unref (self->added);

  G_OBJECT_CLASS (stile_system_store_parent_class)->finalize (object);
}

static void
stile_system_store_class_init (StileSystemStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const struct
  {
    guint id;
    const char *name;
    const char *fallback;
  } texts[] = {
    { PROP_ANCHORS, "anchors", NULL },    { PROP_COMMAND, "command", NULL },
    { PROP_BUNDLE, "bundle", NULL },      { PROP_HASHES, "hashes", NULL },
    { PROP_ELEVATE, "elevate", ELEVATE }, { PROP_SANDBOX, "sandbox", STILE_SANDBOX_INFO },
  };

  object_class->constructed = stile_system_store_constructed;
  object_class->finalize = stile_system_store_finalize;
  object_class->get_property = stile_system_store_get_property;
  object_class->set_property = stile_system_store_set_property;
  g_object_class_override_property (object_class, PROP_SELECTED, "selected");

  /* Where this computer keeps them, and the command that makes the bundle: found by what is there, unless a store
   * somewhere else is meant, and then "anchors", "command" and "bundle" are all given. */
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_object_class_install_property (
        object_class, texts[i].id,
        g_param_spec_string (texts[i].name, NULL, NULL, texts[i].fallback,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
stile_system_store_init (StileSystemStore *self)
{
  self->added = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * stile_system_store_new:
 *
 * Returns: (transfer full): this computer's store
 */
StileTrustStore *
stile_system_store_new (void)
{
  return g_object_new (STILE_TYPE_SYSTEM_STORE, NULL);
}

static gboolean
finish (gboolean done, GError **error)
{
  if (done)
    return TRUE;

  stile_error_convert (error, STILE_ERROR_FAILED);
  g_prefix_error (error, "%s: ", _ ("The system’s trust store"));
  return FALSE;
}

/* --- the store --- */

static gboolean
can_install (StileTrustStore *store, GError **error)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (store);
  const char *why = NULL;

  if (stile_sandbox_is_inside (self->sandbox))
    why =
        _ ("From inside a sandbox the system cannot be changed; run the command that is shown in a terminal "
           "outside of it");
  else if (self->anchors == NULL)
    why = _ ("This computer has none of the commands update-ca-certificates and update-ca-trust; install the "
             "package ca-certificates");
  else if (!stile_system_command_exists (self->command))
    why = _ ("The command that updates it is missing; install the package ca-certificates");
  else if (!stile_system_anchors_may_write (self->anchors) && !stile_system_command_exists (self->elevate))
    why = _ (
        "Only an administrator may change it, and pkexec, which would ask for one, is missing; run this as "
        "an administrator");
  if (why == NULL)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, why);
  return finish (FALSE, error);
}

/* What programs read is looked at, not what was written for the command. */
static GPtrArray *
list_missing (StileSystemStore *self, GPtrArray *roots, GError **error)
{
  g_autoptr (GPtrArray) bundle = NULL;
  GPtrArray *missing;

  if (self->bundle != NULL && g_file_test (self->bundle, G_FILE_TEST_EXISTS))
    {
      bundle = stile_certificate_bundle_load_pem (self->bundle, error);
      if (bundle == NULL)
        return NULL;
    }

  missing = g_ptr_array_new ();
  for (guint i = 0; i < roots->len; i++)
    if (bundle == NULL || !g_ptr_array_find_with_equal_func (bundle, g_ptr_array_index (roots, i),
                                                             (GEqualFunc)stile_certificate_equal, NULL))
      g_ptr_array_add (missing, g_ptr_array_index (roots, i));

  return missing;
}

static gboolean
write_and_update (StileSystemStore *self, GPtrArray *roots, GError **error)
{
  return stile_system_anchors_write (self->anchors, roots, error) &&
         stile_system_command_run (self->command, error);
}

static gboolean
delete_and_update (StileSystemStore *self, GPtrArray *roots, GError **error)
{
  return stile_system_anchors_delete (self->anchors, roots, error) &&
         stile_system_command_run (self->command, error);
}

static gboolean
install_directly (StileSystemStore *self, GPtrArray *roots, GError **error)
{
  g_autoptr (GError) back_error = NULL;

  if (write_and_update (self, roots, error))
    return TRUE;

  /* Nothing is left half done. */
  if (!delete_and_update (self, roots, &back_error))
    g_debug ("Taking back what was not installed: %s", back_error->message);
  return FALSE;
}

static gboolean
install (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (store);
  g_autoptr (GPtrArray) missing = NULL;
  gboolean done;

  if (!can_install (store, error))
    return FALSE;

  missing = list_missing (self, roots, error);
  done = missing != NULL;
  if (done && missing->len > 0)
    done = stile_system_anchors_may_write (self->anchors)
               ? install_directly (self, missing, error)
               : stile_system_command_elevate (self->elevate, "install", missing, error);
  for (guint i = 0; done && i < missing->len; i++)
    g_hash_table_add (self->added,
                      g_strdup (stile_certificate_get_fingerprint (g_ptr_array_index (missing, i))));

  return finish (done, error);
}

static gboolean
take_back (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (store);
  g_autoptr (GPtrArray) ours = g_ptr_array_new ();
  gboolean done = TRUE;

  for (guint i = 0; i < roots->len; i++)
    {
      StileCertificate *root = g_ptr_array_index (roots, i);

      if (g_hash_table_contains (self->added, stile_certificate_get_fingerprint (root)) &&
          stile_system_anchors_has (self->anchors, root))
        g_ptr_array_add (ours, root);
    }
  if (ours->len > 0)
    done = stile_system_anchors_may_write (self->anchors)
               ? delete_and_update (self, ours, error)
               : stile_system_command_elevate (self->elevate, "remove", ours, error);
  for (guint i = 0; done && i < roots->len; i++)
    g_hash_table_remove (self->added, stile_certificate_get_fingerprint (g_ptr_array_index (roots, i)));

  return finish (done, error);
}

static gboolean
contains (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (store);
  g_autoptr (GPtrArray) missing = NULL;
  g_autofree char *why = NULL;

  /* The bundle in a sandbox is the runtime's; what the system outside trusts comes through p11-kit. */
  if (stile_sandbox_is_inside (self->sandbox))
    {
      why = stile_trust_check_bundle (STILE_TRUST_CHECK_TOKENS, roots);
      return why == NULL;
    }

  missing = list_missing (self, roots, error);
  return finish (missing != NULL, error) && missing->len == 0;
}

static GPtrArray *
prepare (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (store);
  g_autoptr (GPtrArray) missing = list_missing (self, roots, error);
  GPtrArray *undo;

  if (!finish (missing != NULL, error))
    return NULL;

  undo = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < roots->len; i++)
    {
      StileCertificate *root = g_ptr_array_index (roots, i);

      g_ptr_array_add (undo, g_ptr_array_find (missing, root, NULL)
                                 ? stile_system_anchors_get_path (self->anchors, root)
                                 : NULL);
    }

  return undo;
}

static void
restore (StileTrustStore *store, StileCertificate *root, const char *undo)
{
  g_hash_table_add (STILE_SYSTEM_STORE (store)->added, g_strdup (stile_certificate_get_fingerprint (root)));
}

/* --- words --- */

static GPtrArray *
list_paths (StileSystemStore *self, GPtrArray *roots)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < roots->len; i++)
    g_ptr_array_add (paths, stile_system_anchors_get_path (self->anchors, g_ptr_array_index (roots, i)));

  return paths;
}

static char *
get_change (StileTrustStore *store, GPtrArray *roots)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (store);
  g_autoptr (GPtrArray) paths = NULL;
  GString *text = g_string_new (g_dngettext (
      GETTEXT_PACKAGE, "A certificate is added to those that the whole computer trusts, for all users:",
      "Certificates are added to those that the whole computer trusts, for all users:", roots->len));

  if (self->anchors == NULL)
    return g_string_free (text, FALSE);

  paths = list_paths (self, roots);
  for (guint i = 0; i < paths->len; i++)
    g_string_append_printf (text, "\n%s", (const char *)g_ptr_array_index (paths, i));
  g_string_append_printf (text, "\n%s", self->command);

  return g_string_free (text, FALSE);
}

static const char *
get_bundle (StileTrustStore *store)
{
  return STILE_SYSTEM_STORE (store)->bundle;
}

static char *
get_command (StileTrustStore *store, GPtrArray *roots)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (store);
  g_autoptr (GPtrArray) paths = NULL;

  if (self->anchors == NULL)
    return NULL;

  paths = list_paths (self, roots);
  return stile_system_command_for_people (self->command, paths, roots);
}

static GPtrArray *
verify (StileTrustStore *store, GPtrArray *roots)
{
  StileSystemStore *self = STILE_SYSTEM_STORE (store);
  StileSystemReaders readers = {
    .bundle = self->bundle, .hashes = self->hashes, .tokens = self->nss, .nss = self->nss
  };

  /* The bundle in a sandbox is the runtime's; what the system outside trusts comes through p11-kit. */
  if (stile_sandbox_is_inside (self->sandbox))
    readers = (StileSystemReaders){ .tokens = TRUE, .nss = self->nss };

  return stile_system_readers_verify (&readers, roots);
}

static const char *
get_id (StileTrustStore *store)
{
  return "system";
}

static const char *
get_name (StileTrustStore *store)
{
  return _ ("This computer’s trust store");
}

static const char *
get_meaning (StileTrustStore *store)
{
  return STILE_SYSTEM_STORE (store)->nss
             ? _ ("For all users of this computer: nearly every program that the distribution brought. An "
                  "administrator has to agree.")
             : _ ("For all users of this computer: command-line tools, package managers and many other "
                  "programs, "
                  "but not browsers. An administrator has to agree.");
}

static const char *
get_location (StileTrustStore *store)
{
  return STILE_SYSTEM_STORE (store)->anchors;
}

static void
trust_store_init (StileTrustStoreInterface *iface)
{
  iface->get_id = get_id;
  iface->get_name = get_name;
  iface->get_meaning = get_meaning;
  iface->get_location = get_location;
  iface->install = install;
  iface->remove = take_back;
  iface->contains = contains;
  iface->can_install = can_install;
  iface->get_change = get_change;
  iface->get_command = get_command;
  iface->get_bundle = get_bundle;
  iface->verify = verify;
  iface->prepare = prepare;
  iface->restore = restore;
}
