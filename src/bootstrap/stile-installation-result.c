/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-installation-result.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"

/**
 * StileInstallationResult:
 *
 * How it went with one store: done and verified, or why not.  StileInstallation makes one for each store; it does not
 * change.
 */
struct _StileInstallationResult
{
  GObject parent_instance;

  StileTrustStore *store;
  GPtrArray *programs; /* of StileTrustResult */
  GError *error;
};

G_DEFINE_FINAL_TYPE (StileInstallationResult, stile_installation_result, G_TYPE_OBJECT)

static void
stile_installation_result_finalize (GObject *object)
{
  StileInstallationResult *self = STILE_INSTALLATION_RESULT (object);

  g_object_unref (self->store);
  g_clear_pointer (&self->programs, g_ptr_array_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (stile_installation_result_parent_class)->finalize (object);
}

static void
stile_installation_result_class_init (StileInstallationResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_installation_result_finalize;
}

static void
stile_installation_result_init (StileInstallationResult *self)
{
}

/**
 * stile_installation_result_new:
 * @programs: (nullable) (element-type StileTrustResult): who trusts the roots now; %NULL when that was not asked
 * @error: (transfer full) (nullable): why it was not done, or is not trusted by all who read the store
 *
 * Returns: (transfer full): the result
 */
StileInstallationResult *
stile_installation_result_new (StileTrustStore *store, GPtrArray *programs, GError *error)
{
  StileInstallationResult *self = g_object_new (STILE_TYPE_INSTALLATION_RESULT, NULL);

  self->store = g_object_ref (store);
  self->programs = programs != NULL ? g_ptr_array_ref (programs) : NULL;
  self->error = error;

  return self;
}

StileTrustStore *
stile_installation_result_get_store (StileInstallationResult *self)
{
  return self->store;
}

/**
 * stile_installation_result_get_programs:
 *
 * Returns: (transfer none) (nullable) (element-type StileTrustResult): who trusts the roots now; %NULL when nothing was
 *   installed
 */
GPtrArray *
stile_installation_result_get_programs (StileInstallationResult *self)
{
  return self->programs;
}

/**
 * stile_installation_result_get_error:
 *
 * Returns: (transfer none) (nullable): what went wrong; %NULL when it is done, and verified where it was installed
 */
const GError *
stile_installation_result_get_error (StileInstallationResult *self)
{
  return self->error;
}

/**
 * stile_installation_result_get_sentence:
 *
 * Returns: (transfer full): how it went, a translated sentence
 */
char *
stile_installation_result_get_sentence (StileInstallationResult *self)
{
  if (self->error != NULL)
    return g_strdup (self->error->message);

  return g_strdup (self->programs != NULL ? _ ("Done and verified.") : _ ("Taken back."));
}

/**
 * stile_installation_result_check:
 * @results: (element-type StileInstallationResult): of all stores
 * @error: of the first that failed
 *
 * Returns: whether it is done in every store
 */
gboolean
stile_installation_result_check (GPtrArray *results, GError **error)
{
  for (guint i = 0; i < results->len; i++)
    {
      StileInstallationResult *self = g_ptr_array_index (results, i);

      if (self->error != NULL)
        {
          g_propagate_error (error, g_error_copy (self->error));
          return FALSE;
        }
    }

  return TRUE;
}
