/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-settings.h"

#include <glib/gi18n.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-invitation.h"
#include "bootstrap/stile-profile-file.h"

/* Which service a verb goes to: profiles, invitations, and what the administrator has settled. */

StileLockdown *
stile_cli_settings_load_lockdown (GError **error)
{
  return stile_lockdown_load (stile_lockdown_get_default_path (), error);
}

/**
 * stile_cli_settings_settle:
 * @profile: what the command line and files say
 * @said: (array zero-terminated=1): of the options whose default somebody may have asked for in so many words, the setting
 *   and then the value or %NULL
 *
 * Gives it what the administrator has settled; an error where somebody asked for something else.
 */
gboolean
stile_cli_settings_settle (StileProfile *profile, const char *const *said, GError **error)
{
  g_autoptr (StileLockdown) lockdown = stile_cli_settings_load_lockdown (error);

  if (lockdown == NULL)
    return FALSE;
  for (gsize i = 0; said[i] != NULL; i += 2)
    if (!stile_lockdown_check_text (lockdown, said[i], said[i + 1], error))
      return FALSE;

  return stile_lockdown_settle (lockdown, profile, error);
}

/**
 * stile_cli_settings_load_profiles:
 * @problem: (out): what is wrong with the first file that cannot be read, or nothing: it may be the one that is meant
 *
 * Returns: (transfer full): the profiles of this person that can be read
 */
StileProfileStore *
stile_cli_settings_load_profiles (GError **problem)
{
  StileProfileStore *store = stile_profile_store_new_default ();

  if (!stile_profile_store_load (store, problem))
    g_debug ("Not all profiles can be read");
  return store;
}

static StileProfile *
open_invitation (const char *link, GError **error)
{
  g_autoptr (StileLockdown) lockdown = stile_cli_settings_load_lockdown (error);

  return lockdown != NULL && stile_lockdown_allows (lockdown, STILE_LOCKDOWN_INVITATIONS, error)
             ? stile_invitation_parse (link, error)
             : NULL;
}

static StileProfile *
find_profile (const char *id, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StileProfileStore) store = stile_cli_settings_load_profiles (&problem);
  StileProfile *profile = stile_profile_store_find (store, id);

  if (profile != NULL)
    return g_object_ref (profile);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("There is neither a file nor a profile “%s”; “stilectl profile list” names the profiles"),
                 id);
  return NULL;
}

/**
 * stile_cli_settings_open_profile:
 * @name: a file, a link that invites, or what "stilectl profile list" calls one
 *
 * Returns: (transfer full): that profile
 */
StileProfile *
stile_cli_settings_open_profile (const char *name, GError **error)
{
  if (stile_invitation_is (name))
    return open_invitation (name, error);
  if (g_path_is_absolute (name) || g_file_test (name, G_FILE_TEST_EXISTS))
    return stile_profile_file_load (name, error);

  return find_profile (name, error);
}
