/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-profile.h"

#include <glib/gi18n.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-invitation.h"
#include "bootstrap/stile-profile-file.h"
#include "cli/stile-cli-settings.h"
#include "cli/stile-cli.h"

/* "stilectl profile": the services that this person knows. */

/* What is done, with the words after it. */
typedef struct
{
  const char *name;
  int n_words;
  gboolean (*run) (char **words, gboolean json, GError **error);
} Action;

static void
print_text (const char *label, const char *text)
{
  if (text != NULL && *text != '\0')
    g_print ("  %s: %s\n", label, text);
}

static GVariant *
write_certificates (GPtrArray *certificates)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    {
      GVariantDict dict;

      g_variant_dict_init (&dict, NULL);
      g_variant_dict_insert (&dict, "name", "s",
                             stile_certificate_get_name (g_ptr_array_index (certificates, i)));
      g_variant_dict_insert (&dict, "sha256", "s",
                             stile_certificate_get_fingerprint (g_ptr_array_index (certificates, i)));
      g_variant_builder_add (&list, "v", g_variant_dict_end (&dict));
    }

  return g_variant_builder_end (&list);
}

static void
add_text (GVariantDict *dict, StileProfile *profile, const char *property)
{
  g_autofree char *text = stile_profile_dup_text (profile, property);

  if (text != NULL)
    g_variant_dict_insert (dict, property, "s", text);
}

/* Certificates are told as what they are, not where. */
static gboolean
is_certificates (const char *property)
{
  return stile_profile_get_counterpart (property) != NULL;
}

/* A member has the property's name, as far as that is one. */
static void
add_property (GVariantDict *dict, StileProfile *profile, GParamSpec *spec)
{
  g_autofree char *member = g_strdelimit (g_strdup (spec->name), "-", '_');
  g_autofree char *text = stile_profile_dup_text (profile, spec->name);

  if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    g_variant_dict_insert (dict, member, "b", g_str_equal (text, "true"));
  else if (text != NULL && !is_certificates (spec->name))
    g_variant_dict_insert (dict, member, "s", text);
}

/* Returns: %NULL with @error set when its anchors cannot be read */
static GVariant *
write_profile (StileProfile *profile, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (profile, &local);
  g_autoptr (GPtrArray) cloud = local == NULL ? stile_profile_load_cloud_anchors (profile, &local) : NULL;
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (profile), &count);
  GVariantDict dict;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  g_variant_dict_init (&dict, NULL);
  for (guint i = 0; i < count; i++)
    add_property (&dict, profile, specs[i]);
  g_variant_dict_insert (&dict, "name", "s", stile_profile_get_name (profile));
  g_variant_dict_insert_value (&dict, "anchors", write_certificates (anchors));
  g_variant_dict_insert_value (&dict, "cloud_anchors", write_certificates (cloud));
  return g_variant_dict_end (&dict);
}

/* --- the actions --- */

static void
list_as_json (StileProfileStore *store)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantDict dict;
  g_autoptr (GVariant) document = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (StileProfile) profile = g_list_model_get_item (G_LIST_MODEL (store), i);
      GVariantDict one;

      g_variant_dict_init (&one, NULL);
      g_variant_dict_insert (&one, "id", "s", stile_profile_store_get_id (store, profile));
      g_variant_dict_insert (&one, "name", "s", stile_profile_get_name (profile));
      add_text (&one, profile, "service");
      g_variant_dict_insert (&one, "fixed", "b", stile_profile_store_is_fixed (store, profile));
      g_variant_builder_add (&list, "v", g_variant_dict_end (&one));
    }

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "profiles", g_variant_builder_end (&list));
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  stile_cli_print_json (document);
}

static void
list_as_text (StileProfileStore *store)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (StileProfile) profile = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_print ("%s\n  %s\n", stile_profile_store_get_id (store, profile), stile_profile_get_name (profile));
      print_text (_ ("Service"), stile_profile_get_service (profile));
      if (stile_profile_store_is_fixed (store, profile))
        g_print ("  %s\n", _ ("From the administrator of this computer"));
    }
}

/* In text, the good ones are told even where there is a bad one; a document is one or the other. */
static gboolean
list (char **words, gboolean json, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StileProfileStore) store = stile_cli_settings_load_profiles (&problem);

  if (!json)
    list_as_text (store);
  else if (problem == NULL)
    list_as_json (store);

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }

  if (!json && g_list_model_get_n_items (G_LIST_MODEL (store)) == 0)
    g_print ("%s\n", _ ("There are no profiles. “stilectl profile add” takes a file or a link."));
  return TRUE;
}

static void
print_certificates (const char *label, GPtrArray *certificates)
{
  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    g_print ("  %s: %s\n    SHA-256 %s\n", label,
             stile_certificate_get_name (g_ptr_array_index (certificates, i)),
             stile_certificate_get_fingerprint (g_ptr_array_index (certificates, i)));
}

/* All that is not as it is by default, so that nothing that makes this computer less careful is passed over. */
static void
print_profile (StileProfile *profile)
{
  g_autoptr (StileProfile) defaults = stile_profile_new ();
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (profile, NULL);
  g_autoptr (GPtrArray) cloud = stile_profile_load_cloud_anchors (profile, NULL);
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (profile), &count);

  g_print ("%s\n", stile_profile_get_name (profile));
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = stile_profile_dup_text (profile, specs[i]->name);
      g_autofree char *by_default = stile_profile_dup_text (defaults, specs[i]->name);

      if (!is_certificates (specs[i]->name) && !g_str_equal (specs[i]->name, "name") &&
          g_strcmp0 (text, by_default) != 0)
        print_text (specs[i]->name, text);
    }
  print_certificates (_ ("Anchor"), anchors);
  print_certificates (_ ("Anchor of cloud registrars"), cloud);
}

static gboolean
show (char **words, gboolean json, GError **error)
{
  g_autoptr (StileProfile) profile = stile_cli_settings_open_profile (words[0], error);
  g_autoptr (GVariant) document = profile != NULL ? write_profile (profile, error) : NULL;

  if (document == NULL)
    return FALSE;

  g_variant_ref_sink (document);
  if (json)
    stile_cli_print_json (document);
  else
    print_profile (profile);
  return TRUE;
}

static gboolean
add (char **words, gboolean json, GError **error)
{
  g_autoptr (StileLockdown) lockdown = stile_cli_settings_load_lockdown (error);
  g_autoptr (StileProfile) profile = NULL;
  g_autoptr (StileProfileStore) store = NULL;
  StileProfile *kept = NULL;

  if (lockdown == NULL || !stile_lockdown_allows (lockdown, STILE_LOCKDOWN_PROFILES, error))
    return FALSE;

  profile = stile_cli_settings_open_profile (words[0], error);
  store = stile_cli_settings_load_profiles (NULL);
  kept = profile != NULL ? stile_profile_store_add (store, profile, error) : NULL;
  if (kept == NULL)
    return FALSE;

  g_print (_ ("Added as “%s”.\n"), stile_profile_store_get_id (store, kept));
  return TRUE;
}

static gboolean export(char **words, gboolean json, GError **error)
{
  g_autoptr (StileProfile) profile = stile_cli_settings_open_profile (words[0], error);
  g_autoptr (StileProfile) handout =
      profile != NULL ? stile_profile_file_make_handout (profile, error) : NULL;

  return handout != NULL && stile_profile_file_save (handout, words[1], error);
}

static gboolean
print_link (char **words, gboolean json, GError **error)
{
  g_autoptr (StileProfile) profile = stile_cli_settings_open_profile (words[0], error);
  g_autofree char *link = profile != NULL ? stile_invitation_make (profile, error) : NULL;

  if (link == NULL)
    return FALSE;

  g_print ("%s\n", link);
  return TRUE;
}

static gboolean
remove_profile (char **words, gboolean json, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StileProfileStore) store = stile_cli_settings_load_profiles (&problem);
  StileProfile *profile = stile_profile_store_find (store, words[0]);

  if (profile != NULL)
    return stile_profile_store_remove (store, profile, error);

  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("There is no profile “%s”"), words[0]);
  return FALSE;
}

static const Action actions[] = {
  { "list", 0, list },     { "show", 1, show },       { "add", 1, add },
  { "export", 2, export }, { "link", 1, print_link }, { "remove", 1, remove_profile },
};

static const Action *
find_action (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_strcmp0 (actions[i].name, name) == 0)
      return &actions[i];

  return NULL;
}

/**
 * stile_cli_profile_run:
 *
 * "stilectl profile ACTION": list, show, add, export, link, remove.
 *
 * Returns: the exit status
 */
int
stile_cli_profile_run (int argc, char *argv[])
{
  gboolean json = FALSE;
  g_autoptr (GError) error = NULL;
  const Action *action;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print JSON: with list and show"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse (
          "profile",
          _ ("list | show PROFILE | add PROFILE | export PROFILE FILE | link PROFILE | remove NAME"),
          _ ("Keep the services that you go to, and hand them out. PROFILE is a name, a file or a link."),
          entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;

  action = argc > 1 ? find_action (argv[1]) : NULL;
  if (action == NULL)
    return stile_cli_fail_usage ("profile", _ ("say list, show, add, export, link or remove"));
  if (argc - 2 != action->n_words)
    return stile_cli_fail_usage ("profile", _ ("that is not how many words belong to it"));
  if (!action->run (argv + 2, json, &error))
    return stile_cli_fail (error, json);

  return STILE_CLI_EXIT_DONE;
}
