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
 *
 * Gives it what the administrator has settled; an error where somebody asked for something else.
 */
gboolean
stile_cli_settings_settle (StileProfile *profile, GError **error)
{
  g_autoptr (StileLockdown) lockdown = stile_cli_settings_load_lockdown (error);

  return lockdown != NULL && stile_lockdown_settle (lockdown, profile, error);
}

/**
 * stile_cli_settings_load_profiles:
 *
 * Returns: (transfer full): the profiles of this person; an error when one cannot be read, for it may be the one that is
 *   meant
 */
StileProfileStore *
stile_cli_settings_load_profiles (GError **error)
{
  g_autoptr (StileProfileStore) store = stile_profile_store_new_default ();

  return stile_profile_store_load (store, error) ? g_steal_pointer (&store) : NULL;
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
  g_autoptr (StileProfileStore) store = stile_cli_settings_load_profiles (error);
  StileProfile *profile = store != NULL ? stile_profile_store_find (store, id) : NULL;

  if (profile != NULL)
    return g_object_ref (profile);
  if (store != NULL)
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
