/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-diagnose-kit.h"

#include "bootstrap/stile-profile.h"

/**
 * StileDiagnoseKit:
 *
 * What the place Diagnose makes its jobs with: whom to trust, who one is, and whose interception is meant to be there.  The
 * page holds it.
 */
struct _StileDiagnoseKit
{
  StileProfile *profile;
  char *proxy;
  char *known_path; /* NULL for the user's own, which stilectl has too */
  StileKnownAuthorities *known;
};

/**
 * stile_diagnose_kit_new:
 * @setup: read now, not kept
 */
StileDiagnoseKit *
stile_diagnose_kit_new (const StileDiagnoseSetup *setup)
{
  StileDiagnoseKit *self = g_new0 (StileDiagnoseKit, 1);

  self->profile = stile_profile_new ();
  g_object_set (self->profile, "anchors", setup->anchors, "certificate", setup->certificate, "key",
                setup->key, NULL);
  self->proxy = g_strdup (setup->proxy);
  self->known_path = g_strdup (setup->known);
  self->known = stile_known_authorities_new (setup->known);

  return self;
}

void
stile_diagnose_kit_free (StileDiagnoseKit *self)
{
  g_object_unref (self->profile);
  g_free (self->proxy);
  g_free (self->known_path);
  g_object_unref (self->known);
  g_free (self);
}

/**
 * stile_diagnose_kit_make_job:
 * @proxy: (nullable): in place of the one that was set up
 *
 * Returns: (transfer full): a job, to be prepared; %STILE_ERROR_SETTINGS when @address is none
 */
StileDiagnosis *
stile_diagnose_kit_make_job (StileDiagnoseKit *self, const char *address, const char *proxy, GError **error)
{
  StileDiagnosis *job = stile_diagnosis_new (address, error);

  if (job == NULL)
    return NULL;

  stile_diagnosis_set_proxy (job, proxy != NULL ? proxy : self->proxy);
  return job;
}

/* --- files and tokens, in a thread: a token may take its time --- */

typedef struct
{
  StileProfile *profile;
  GPtrArray *anchors; /* of StileCertificate, or NULL */
  StileIdentity *identity;
  StileVendors *vendors;
  StileKnownAuthorities *known;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_object_unref (loading->profile);
  g_clear_pointer (&loading->anchors, g_ptr_array_unref);
  g_clear_object (&loading->identity);
  g_clear_object (&loading->vendors);
  g_object_unref (loading->known);
  g_free (loading);
}

static void
load_known (StileKnownAuthorities *known)
{
  g_autoptr (GError) error = NULL;

  if (!stile_known_authorities_load (known, &error))
    g_debug ("Nobody is known: %s", error->message); /* whoever wants to add somebody is told */
}

static void
load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Loading *loading = data;
  GError *error = NULL;

  loading->anchors = stile_profile_load_anchors (loading->profile, &error);
  if (error == NULL)
    loading->identity = stile_profile_load_identity (loading->profile, &error);
  if (error == NULL)
    loading->vendors = stile_vendors_load_installed (NULL, &error);
  load_known (loading->known);

  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * stile_diagnose_kit_prepare_async:
 *
 * Reads anchors, identity, vendors and who is known for @job, which can be run then.
 */
void
stile_diagnose_kit_prepare_async (StileDiagnoseKit *self,
                                  StileDiagnosis *job,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (job, cancellable, callback, user_data);
  Loading *loading = g_new0 (Loading, 1);

  loading->profile = g_object_ref (self->profile);
  loading->known = stile_known_authorities_new (self->known_path);
  g_task_set_source_tag (task, stile_diagnose_kit_prepare_async);
  g_task_set_task_data (task, loading, loading_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, load);
}

gboolean
stile_diagnose_kit_prepare_finish (StileDiagnosis *job, GAsyncResult *result, GError **error)
{
  Loading *loading = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  stile_diagnosis_set_anchors (job, loading->anchors);
  stile_diagnosis_set_identity (job, loading->identity);
  stile_diagnosis_set_vendors (job, loading->vendors);
  stile_diagnosis_set_known_authorities (job, loading->known);
  return TRUE;
}

/**
 * stile_diagnose_kit_get_known:
 *
 * Returns: (transfer none): where it is written whose interception is meant to be there; jobs read that for themselves
 */
StileKnownAuthorities *
stile_diagnose_kit_get_known (StileDiagnoseKit *self)
{
  return self->known;
}
