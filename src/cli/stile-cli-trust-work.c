/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-trust-work.h"

#include <glib/gi18n.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-installation.h"
#include "cli/stile-cli.h"
#include "codec/stile-hex.h"

static const char *const state_names[] = {
  [STILE_TRUST_HOLDS] = "trusted",
  [STILE_TRUST_FAILS] = "not-trusted",
  [STILE_TRUST_ELSEWHERE] = "elsewhere",
};

/* --- what will be done --- */

static void
print_indented (const char *text, const char *indent)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' || lines[i + 1] != NULL)
      g_print ("%s%s\n", indent, lines[i]);
}

static void
print_roots (GPtrArray *roots)
{
  for (guint i = 0; i < roots->len; i++)
    {
      StileCertificate *root = g_ptr_array_index (roots, i);
      g_autofree char *fingerprint = stile_hex_group (stile_certificate_get_fingerprint (root), 4);
      g_autofree char *until = g_date_time_format (stile_certificate_get_not_after (root), "%F");

      g_print (_ ("%s, valid until %s"), stile_certificate_get_name (root), until);
      g_print ("\n  SHA-256 %s\n", fingerprint);
    }
}

static void
print_plan (const StileCliTrustWork *work, StileTrustStore *store, const GError *obstacle)
{
  g_autofree char *change = stile_trust_store_get_change (store, work->roots);
  g_autofree char *sentence =
      obstacle != NULL ? g_strdup_printf (_ ("Cannot be done: %s"), obstacle->message) : NULL;
  g_autofree char *command = obstacle != NULL ? stile_trust_store_get_command (store, work->roots) : NULL;

  g_print ("\n%s\n", stile_trust_store_get_name (store));
  if (work->act == STILE_CLI_TRUST_INSTALL)
    print_indented (change, "  ");
  else
    g_print ("  %s\n", _ ("What Stile put there is taken out."));
  if (sentence != NULL)
    g_print ("  %s\n", sentence);
  if (command != NULL)
    {
      g_print ("  %s\n", _ ("By hand, in a terminal:"));
      print_indented (command, "");
    }
}

static GVariant *
write_error (const GError *error)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "code", "s", stile_error_get_name (error));
  g_variant_dict_insert (&dict, "message", "s", error->message);
  g_variant_dict_insert (&dict, "next_step", "s", stile_error_get_next_step (error));

  return g_variant_dict_end (&dict);
}

/* What is the same before and after. */
static void
begin_store (const StileCliTrustWork *work, StileTrustStore *store, const GError *error, GVariantDict *dict)
{
  g_autofree char *change = stile_trust_store_get_change (store, work->roots);
  g_autofree char *command = error != NULL && work->act == STILE_CLI_TRUST_INSTALL
                                 ? stile_trust_store_get_command (store, work->roots)
                                 : NULL;

  g_variant_dict_init (dict, NULL);
  g_variant_dict_insert (dict, "id", "s", stile_trust_store_get_id (store));
  g_variant_dict_insert (dict, "name", "s", stile_trust_store_get_name (store));
  if (stile_trust_store_get_location (store) != NULL)
    g_variant_dict_insert (dict, "location", "s", stile_trust_store_get_location (store));
  if (work->act == STILE_CLI_TRUST_INSTALL)
    g_variant_dict_insert (dict, "change", "s", change);
  if (error != NULL)
    g_variant_dict_insert_value (dict, "error", write_error (error));
  if (command != NULL)
    g_variant_dict_insert (dict, "command", "s", command);
}

static void
print_document (const StileCliTrustWork *work, GVariantBuilder *stores)
{
  GVariantBuilder roots = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantDict dict;
  g_autoptr (GVariant) document = NULL;

  for (guint i = 0; i < work->roots->len; i++)
    g_variant_builder_add (&roots, "v", stile_certificate_to_variant (g_ptr_array_index (work->roots, i)));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "roots", g_variant_builder_end (&roots));
  g_variant_dict_insert_value (&dict, "stores", g_variant_builder_end (stores));
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  stile_cli_print_json (document);
}

/* Returns: whether nothing that is known stands in the way. */
static gboolean
tell_plan (const StileCliTrustWork *work)
{
  GVariantBuilder stores = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  gboolean possible = TRUE;

  for (guint i = 0; i < work->stores->len; i++)
    {
      StileTrustStore *store = g_ptr_array_index (work->stores, i);
      g_autoptr (GError) obstacle = NULL;
      GVariantDict dict;

      possible = stile_trust_store_can_install (store, &obstacle) && possible;
      if (!work->json)
        print_plan (work, store, obstacle);
      begin_store (work, store, obstacle, &dict);
      g_variant_builder_add (&stores, "v", g_variant_dict_end (&dict));
    }
  if (work->json && work->dry_run)
    print_document (work, &stores);
  else
    g_variant_builder_clear (&stores);

  return possible;
}

/* --- how it went --- */

/**
 * stile_cli_trust_work_print_programs:
 * @indent: what each line begins with
 *
 * For each program that reads the store, whether it trusts the roots now.
 */
void
stile_cli_trust_work_print_programs (StileInstallationResult *result, const char *indent)
{
  static const char marks[] = {
    [STILE_TRUST_HOLDS] = '+', [STILE_TRUST_FAILS] = '!', [STILE_TRUST_ELSEWHERE] = '-'
  };
  GPtrArray *programs = stile_installation_result_get_programs (result);

  for (guint i = 0; programs != NULL && i < programs->len; i++)
    {
      StileTrustResult *program = g_ptr_array_index (programs, i);

      g_print ("%s%c %s: %s\n", indent, marks[stile_trust_result_get_state (program)],
               stile_trust_result_get_program (program), stile_trust_result_get_sentence (program));
    }
}

static void
print_result (StileInstallationResult *result)
{
  StileTrustStore *store = stile_installation_result_get_store (result);
  const GError *error = stile_installation_result_get_error (result);
  g_autofree char *sentence = stile_installation_result_get_sentence (result);

  if (error != NULL)
    g_printerr ("stilectl: %s\n%s\n", error->message, stile_error_get_next_step (error));
  else
    g_print ("\n%s: %s\n", stile_trust_store_get_name (store), sentence);
  stile_cli_trust_work_print_programs (result, "  ");
}

static GVariant *
write_programs (GPtrArray *programs)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; i < programs->len; i++)
    {
      StileTrustResult *program = g_ptr_array_index (programs, i);
      GVariantDict dict;

      g_variant_dict_init (&dict, NULL);
      g_variant_dict_insert (&dict, "program", "s", stile_trust_result_get_program (program));
      g_variant_dict_insert (&dict, "state", "s", state_names[stile_trust_result_get_state (program)]);
      g_variant_dict_insert (&dict, "sentence", "s", stile_trust_result_get_sentence (program));
      g_variant_builder_add (&list, "v", g_variant_dict_end (&dict));
    }

  return g_variant_builder_end (&list);
}

static void
print_results_json (const StileCliTrustWork *work, GPtrArray *results)
{
  GVariantBuilder stores = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; i < results->len; i++)
    {
      StileInstallationResult *result = g_ptr_array_index (results, i);
      GPtrArray *programs = stile_installation_result_get_programs (result);
      GVariantDict dict;

      begin_store (work, stile_installation_result_get_store (result),
                   stile_installation_result_get_error (result), &dict);
      g_variant_dict_insert (&dict, "done", "b", stile_installation_result_get_error (result) == NULL);
      if (programs != NULL)
        g_variant_dict_insert_value (&dict, "programs", write_programs (programs));
      g_variant_builder_add (&stores, "v", g_variant_dict_end (&dict));
    }
  print_document (work, &stores);
}

static int
tell_results (const StileCliTrustWork *work, GPtrArray *results)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; !work->json && i < results->len; i++)
    print_result (g_ptr_array_index (results, i));
  if (work->json)
    print_results_json (work, results);
  if (stile_installation_result_check (results, &error))
    return STILE_CLI_EXIT_DONE;

  return stile_error_is_cancelled (error) ? STILE_CLI_EXIT_CANCELLED : STILE_CLI_EXIT_FAILED;
}

/* --- the work --- */

typedef struct
{
  GMainLoop *loop;
  GPtrArray *results;
  GError *error;
} Wait;

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->results = stile_installation_finish (result, &wait->error);
  g_main_loop_quit (wait->loop);
}

static void
begin (const StileCliTrustWork *work, GCancellable *cancellable, Wait *wait)
{
  switch (work->act)
    {
    case STILE_CLI_TRUST_INSTALL:
      stile_installation_install_async (work->stores, work->roots, work->record, NULL, cancellable, ended_cb,
                                        wait);
      break;
    case STILE_CLI_TRUST_UNDO:
      stile_installation_undo_async (work->stores, work->roots, work->record, cancellable, ended_cb, wait);
      break;
    case STILE_CLI_TRUST_REMOVE:
    default:
      stile_installation_remove_async (work->stores, work->roots, work->record, cancellable, ended_cb, wait);
    }
}

/**
 * stile_cli_trust_work_run:
 *
 * Says what changes, does it, and says how it went in each store and for each program.
 *
 * Returns: the exit status: 0 when all is done and verified
 */
int
stile_cli_trust_work_run (const StileCliTrustWork *work)
{
  g_autoptr (GCancellable) cancellable = stile_cli_watch_interrupt ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GError) error = NULL;
  Wait wait = { .loop = loop };
  gboolean possible;

  if (!work->json)
    print_roots (work->roots);
  possible = tell_plan (work);
  if (work->dry_run)
    return possible ? STILE_CLI_EXIT_DONE : STILE_CLI_EXIT_FAILED;

  begin (work, cancellable, &wait);
  g_main_loop_run (loop);
  results = wait.results;
  error = wait.error;

  return results != NULL ? tell_results (work, results) : stile_cli_fail (error, work->json);
}
