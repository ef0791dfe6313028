/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-diagnose.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-profile.h"
#include "cli/stile-cli-diagnose-exit.h"
#include "cli/stile-cli.h"
#include "diagnosis/stile-diagnosis.h"
#include "diagnosis/stile-report-difference.h"
#include "diagnosis/stile-report-text.h"

/* Between two looks of --watch, in seconds: less would be a load on the service. */
#define MIN_WATCH 5

/**
 * Diagnose:
 *
 * One run of "stilectl diagnose": what was asked for, and what the targets came to.
 */
typedef struct
{
  char *ca;
  char *certificate;
  char *key;
  char *proxy;
  char *system_trust;
  char *public_trust;
  char *save;
  gboolean with_private;
  gboolean without_private;
  gboolean intended;
  gboolean compare;
  gboolean json;
  int watch;

  GPtrArray *anchors; /* of StileCertificate, or NULL */
  StileIdentity *identity;
  StileVendors *vendors;
  StileKnownAuthorities *known;
  GCancellable *cancellable;
  GMainLoop *loop;
  char **targets;
  GHashTable *last; /* target → StileReport, while watching */
  guint left;
  int status;
} Diagnose;

static void
diagnose_clear (Diagnose *self)
{
  char *texts[] = { self->ca,           self->certificate,  self->key, self->proxy,
                    self->system_trust, self->public_trust, self->save };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_object (&self->identity);
  g_clear_object (&self->vendors);
  g_clear_object (&self->known);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->last, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Diagnose, diagnose_clear)

/* --- what came of it --- */

static char *
choose_file (Diagnose *self, StileReport *report)
{
  const char *dot = strrchr (self->save, '.');
  g_autoptr (GUri) uri = NULL;

  if (self->targets[1] == NULL)
    return g_strdup (self->save);

  uri = g_uri_parse (stile_report_get_url (report), G_URI_FLAGS_NONE, NULL);
  return g_strdup_printf ("%.*s-%s%s", (int)(dot != NULL ? dot - self->save : (gssize)strlen (self->save)),
                          self->save, uri != NULL ? g_uri_get_host (uri) : "", dot != NULL ? dot : "");
}

/* A file is there to be handed on: private things stay out of it unless somebody wants them in. */
static gboolean
save (Diagnose *self, StileReport *report, GError **error)
{
  g_autofree char *path = self->save != NULL ? choose_file (self, report) : NULL;
  g_autoptr (StileReport) shown = self->with_private ? g_object_ref (report) : stile_report_redact (report);

  return path == NULL || stile_report_save (shown, path, error);
}

static gboolean
remember (Diagnose *self, StileDiagnosis *job, GError **error)
{
  StileVerdict *verdict = stile_diagnosis_get_verdict (job);
  const char *id = verdict != NULL ? stile_verdict_get_authority_id (verdict) : NULL;

  if (!self->intended || id == NULL)
    return TRUE;

  return stile_known_authorities_add (self->known, id, stile_verdict_get_authority_name (verdict), error);
}

static void
print_report (Diagnose *self, StileReport *report)
{
  g_autoptr (StileReport) shown =
      self->without_private ? stile_report_redact (report) : g_object_ref (report);
  g_autofree char *text = NULL;

  if (self->json)
    stile_cli_print_json (stile_report_get_document (shown));
  else
    {
      text = stile_report_text_write (shown);
      g_print ("%s\n", text);
    }
  fflush (stdout);
}

/* While watching: all of the first look, then what changes. */
static void
print_change (Diagnose *self, StileReport *report)
{
  StileReport *before = g_hash_table_lookup (self->last, stile_report_get_url (report));
  g_autoptr (GPtrArray) changes = before != NULL ? stile_report_difference_list (before, report) : NULL;

  if (before == NULL || (changes->len > 0 && self->json))
    print_report (self, report);
  else if (changes->len > 0)
    {
      g_autofree char *text = stile_report_difference_to_text (before, report);

      g_print ("%s\n%s\n%s", stile_report_get_url (report), stile_report_get_sentence (report), text);
      fflush (stdout);
    }
  g_hash_table_replace (self->last, g_strdup (stile_report_get_url (report)), g_object_ref (report));
}

static void
join_status (Diagnose *self, int status)
{
  self->status = stile_cli_diagnose_exit_join (self->status, status);
}

static void
show (Diagnose *self, StileDiagnosis *job, StileReport *report)
{
  g_autoptr (GError) error = NULL;

  if (self->watch > 0)
    print_change (self, report);
  else
    print_report (self, report);
  join_status (self, stile_cli_diagnose_exit_choose (report));
  if (!save (self, report, &error) || !remember (self, job, &error))
    join_status (self, stile_cli_fail (error, FALSE));
}

static void start_all (Diagnose *self);

static gboolean
again_cb (gpointer user_data)
{
  start_all (user_data);
  return G_SOURCE_REMOVE;
}

static void
look_done (Diagnose *self)
{
  if (--self->left > 0)
    return;

  if (self->watch > 0 && !g_cancellable_is_cancelled (self->cancellable))
    g_timeout_add_seconds ((guint)self->watch, again_cb, self);
  else
    g_main_loop_quit (self->loop);
}

static void
diagnosed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Diagnose *self = user_data;
  g_autoptr (StileDiagnosis) job = STILE_DIAGNOSIS (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) report = stile_diagnosis_run_finish (job, result, &error);

  if (report != NULL)
    show (self, job, report);
  else
    join_status (self, stile_cli_fail (error, self->json));
  look_done (self);
}

/* --- asking --- */

static StileDiagnosis *
make_job (Diagnose *self, const char *target, GError **error)
{
  StileDiagnosis *job = stile_diagnosis_new (target, error);

  if (job == NULL)
    return NULL;

  stile_diagnosis_set_proxy (job, self->proxy);
  stile_diagnosis_set_anchors (job, self->anchors);
  stile_diagnosis_set_identity (job, self->identity);
  stile_diagnosis_set_system_trust (job, self->system_trust);
  stile_diagnosis_set_public_trust (job, self->public_trust);
  stile_diagnosis_set_vendors (job, self->vendors);
  stile_diagnosis_set_known_authorities (job, self->known);
  return job;
}

static void
start_all (Diagnose *self)
{
  self->status = STILE_CLI_EXIT_DONE;
  self->left = g_strv_length (self->targets);
  for (gsize i = 0; self->targets[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      StileDiagnosis *job = make_job (self, self->targets[i], &error);

      if (job != NULL)
        stile_diagnosis_run_async (job, self->cancellable, diagnosed, self);
      else
        {
          join_status (self, stile_cli_fail (error, self->json));
          look_done (self);
        }
    }
}

static gboolean
load_settings (Diagnose *self, GError **error)
{
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (GError) local = NULL;
  g_autofree char *known = stile_known_authorities_get_default_path ();

  g_object_set (profile, "anchors", self->ca, "certificate", self->certificate, "key", self->key, NULL);
  self->anchors = stile_profile_load_anchors (profile, &local);
  if (local == NULL)
    self->identity = stile_profile_load_identity (profile, &local);
  if (local == NULL)
    self->vendors = stile_vendors_load_installed (NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  self->known = stile_known_authorities_new (known);
  return stile_known_authorities_load (self->known, error);
}

static int
compare (Diagnose *self, char *paths[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) one = stile_report_load (paths[0], &error);
  g_autoptr (StileReport) other = one != NULL ? stile_report_load (paths[1], &error) : NULL;
  g_autoptr (GPtrArray) changes = NULL;

  if (other == NULL)
    return stile_cli_fail (error, self->json);

  changes = stile_report_difference_list (one, other);
  if (self->json)
    {
      g_autoptr (GVariant) document = g_variant_ref_sink (stile_report_difference_to_variant (one, other));

      stile_cli_print_json (document);
    }
  else
    {
      g_autofree char *text = stile_report_difference_to_text (one, other);

      g_print ("%s", text);
    }

  return changes->len > 0 ? STILE_CLI_EXIT_CHANGED : STILE_CLI_EXIT_DONE;
}

static int
run (Diagnose *self, char *targets[])
{
  g_autoptr (GError) error = NULL;

  if (!load_settings (self, &error))
    return stile_cli_fail (error, self->json);

  self->targets = targets;
  self->last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->cancellable = stile_cli_watch_interrupt ();
  self->loop = g_main_loop_new (NULL, FALSE);
  start_all (self);
  if (self->left > 0)
    g_main_loop_run (self->loop);

  return self->status;
}

static const char *
find_mistake (Diagnose *self, int argc)
{
  if (self->compare && argc != 3)
    return _ ("--compare takes two reports: a.json b.json");
  if (argc < 2)
    return _ ("name at least one address, as https://host");
  if (self->watch != 0 && self->watch < MIN_WATCH)
    return _ ("--watch takes 5 seconds or more");
  if (self->with_private && self->without_private)
    return _ ("--with-private and --without-private exclude each other");

  return NULL;
}

/**
 * stile_cli_diagnose_run:
 *
 * "stilectl diagnose URL…": who intercepts, how, and what to do about it.
 *
 * Returns: the exit status
 */
int
stile_cli_diagnose_run (int argc, char *argv[])
{
  g_auto (Diagnose) self = { 0 };
  const char *mistake;
  const GOptionEntry entries[] = {
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &self.ca,
      N_ ("Who vouches for the service inside ATLS (else the system’s store)"), N_ ("FILE") },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &self.certificate, N_ ("Our certificate chain, or a pkcs11: URL"),
      N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self.key, N_ ("Its private key, or a pkcs11: URL"), N_ ("FILE") },
    { "proxy", 0, 0, G_OPTION_ARG_STRING, &self.proxy, N_ ("A proxy, or “none” (else the desktop’s)"),
      N_ ("URL") },
    { "system-trust", 0, 0, G_OPTION_ARG_FILENAME, &self.system_trust,
      N_ ("Take these authorities for this computer’s store"), N_ ("FILE") },
    { "public-trust", 0, 0, G_OPTION_ARG_FILENAME, &self.public_trust,
      N_ ("Take these authorities for the public ones"), N_ ("FILE") },
    { "save", 0, 0, G_OPTION_ARG_FILENAME, &self.save,
      N_ ("Save the report, without private data, as .json, .html or .pdf"), N_ ("FILE") },
    { "with-private", 0, 0, G_OPTION_ARG_NONE, &self.with_private,
      N_ ("Leave names and addresses of this network in what is saved"), NULL },
    { "without-private", 0, 0, G_OPTION_ARG_NONE, &self.without_private,
      N_ ("Leave them out of what is printed, too"), NULL },
    { "intended", 0, 0, G_OPTION_ARG_NONE, &self.intended,
      N_ ("Remember that whoever intercepts is meant to"), NULL },
    { "watch", 0, 0, G_OPTION_ARG_INT, &self.watch, N_ ("Look again and again, and tell what changes"),
      N_ ("SECONDS") },
    { "compare", 0, 0, G_OPTION_ARG_NONE, &self.compare, N_ ("Compare two saved reports"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print the report as JSON, one a line"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse ("diagnose", _ ("URL…"),
                        _ ("Find out who intercepts the way to a service, how, and what to do about it."),
                        entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  mistake = find_mistake (&self, argc);
  if (mistake != NULL)
    return stile_cli_fail_usage ("diagnose", mistake);

  return self.compare ? compare (&self, argv + 1) : run (&self, argv + 1);
}
