/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-diagnose-kit.h"

#include <string.h>

#include "bootstrap/stile-profile.h"
#include "codec/stile-json.h"

/**
 * StileDiagnoseKit:
 *
 * What the place Diagnose makes its jobs with, and what it remembers of them: earlier reports, and authorities that are meant
 * to be there.  The page holds it.
 */
struct _StileDiagnoseKit
{
  StileProfile *profile;
  char *proxy;
  StileDiagnosisHistory *history;
  StileKnownAuthorities *known;
  GError *known_error; /* why known authorities cannot be read, or NULL */
};

/**
 * stile_diagnose_kit_new:
 * @setup: read now, not kept
 */
StileDiagnoseKit *
stile_diagnose_kit_new (const StileDiagnoseSetup *setup)
{
  StileDiagnoseKit *self = g_new0 (StileDiagnoseKit, 1);
  g_autofree char *folder = g_build_filename (setup->folder, "diagnoses", NULL);
  g_autofree char *known = g_build_filename (setup->folder, "known-authorities", NULL);

  self->profile = stile_profile_new ();
  g_object_set (self->profile, "anchors", setup->anchors, "certificate", setup->certificate, "key",
                setup->key, NULL);
  self->proxy = g_strdup (setup->proxy);
  self->history = stile_diagnosis_history_new (folder);
  self->known = stile_known_authorities_new (known);
  if (!stile_known_authorities_load (self->known, &self->known_error))
    g_debug ("%s", self->known_error->message);

  return self;
}

void
stile_diagnose_kit_free (StileDiagnoseKit *self)
{
  g_object_unref (self->profile);
  g_free (self->proxy);
  g_object_unref (self->history);
  g_object_unref (self->known);
  g_clear_error (&self->known_error);
  g_free (self);
}

static gboolean
load_identity (StileDiagnoseKit *self, StileDiagnosis *job, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (self->profile, &local);
  g_autoptr (StileIdentity) identity =
      local == NULL ? stile_profile_load_identity (self->profile, &local) : NULL;
  g_autoptr (StileVendors) vendors = local == NULL ? stile_vendors_load_installed (NULL, &local) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  stile_diagnosis_set_anchors (job, anchors);
  stile_diagnosis_set_identity (job, identity);
  stile_diagnosis_set_vendors (job, vendors);
  return TRUE;
}

/**
 * stile_diagnose_kit_make_job:
 * @proxy: (nullable): in place of the one that was set up
 *
 * Returns: (transfer full): a job that has not begun
 */
StileDiagnosis *
stile_diagnose_kit_make_job (StileDiagnoseKit *self, const char *address, const char *proxy, GError **error)
{
  g_autoptr (StileDiagnosis) job = stile_diagnosis_new (address, error);

  if (job == NULL || !load_identity (self, job, error))
    return NULL;

  stile_diagnosis_set_proxy (job, proxy != NULL ? proxy : self->proxy);
  stile_diagnosis_set_known_authorities (job, self->known);
  return g_steal_pointer (&job);
}

StileDiagnosisHistory *
stile_diagnose_kit_get_history (StileDiagnoseKit *self)
{
  return self->history;
}

gboolean
stile_diagnose_kit_has_history (StileDiagnoseKit *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->history)) > 0;
}

/**
 * stile_diagnose_kit_find_earlier:
 *
 * Returns: (transfer none) (nullable): the report on the same address before @report
 */
StileReport *
stile_diagnose_kit_find_earlier (StileDiagnoseKit *self, StileReport *report)
{
  g_autoptr (GDateTime) created = stile_report_get_created (report);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->history)); i++)
    {
      g_autoptr (StileReport) earlier = g_list_model_get_item (G_LIST_MODEL (self->history), i);
      g_autoptr (GDateTime) date = stile_report_get_created (earlier);

      /* The history holds it on. */
      if (earlier != report && g_date_time_compare (date, created) <= 0 &&
          g_strcmp0 (stile_report_get_url (earlier), stile_report_get_url (report)) == 0)
        return earlier;
    }

  return NULL;
}

gboolean
stile_diagnose_kit_keep (StileDiagnoseKit *self, StileReport *report, GError **error)
{
  return stile_diagnosis_history_add (self->history, report, error);
}

gboolean
stile_diagnose_kit_forget (StileDiagnoseKit *self, StileReport *report, GError **error)
{
  return stile_diagnosis_history_remove (self->history, report, error);
}

/**
 * stile_diagnose_kit_mark_intended:
 * @authority: as the report names it
 *
 * Remembers that whoever signs so is meant to be there.
 */
gboolean
stile_diagnose_kit_mark_intended (StileDiagnoseKit *self,
                                  const char *authority,
                                  StileReport *report,
                                  GError **error)
{
  g_autoptr (GVariant) told = stile_json_get_member (stile_report_get_document (report), "authority");
  const char *name = stile_json_get_string (told, "name");

  if (self->known_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->known_error));
      return FALSE;
    }

  return stile_known_authorities_add (self->known, authority, name != NULL ? name : "", error);
}

gboolean
stile_diagnose_kit_unmark (StileDiagnoseKit *self, const char *authority, GError **error)
{
  return stile_known_authorities_remove (self->known, authority, error);
}
