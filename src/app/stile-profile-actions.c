/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-profile-actions.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"
#include "app/stile-undo.h"
#include "bootstrap/stile-invitation.h"
#include "bootstrap/stile-profile-file.h"

/**
 * StileProfileActions:
 *
 * What a person can do with profiles, wherever they are shown: use one, take one in from a file or a link, hand one out,
 * remove it.  What comes of it is told in a toast in the window where it was asked for.
 */
struct _StileProfileActions
{
  GObject parent_instance;

  StileSettings *settings;
  StileProfileStore *store;
};

G_DEFINE_FINAL_TYPE (StileProfileActions, stile_profile_actions, G_TYPE_OBJECT)

/* On the widget that offers to take removals back, with the profile's id behind it. */
#define REMOVED_KEY "stile-removed-profile-"

static guint used_signal;

static void
stile_profile_actions_dispose (GObject *object)
{
  StileProfileActions *self = STILE_PROFILE_ACTIONS (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (stile_profile_actions_parent_class)->dispose (object);
}

static void
stile_profile_actions_class_init (StileProfileActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_profile_actions_dispose;
  used_signal = g_signal_new ("used", STILE_TYPE_PROFILE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, STILE_TYPE_PROFILE);
}

static void
stile_profile_actions_init (StileProfileActions *self)
{
}

StileProfileActions *
stile_profile_actions_new (StileSettings *settings, StileProfileStore *store)
{
  StileProfileActions *self = g_object_new (STILE_TYPE_PROFILE_ACTIONS, NULL);

  self->settings = g_object_ref (settings);
  self->store = g_object_ref (store);
  return self;
}

StileSettings *
stile_profile_actions_get_settings (StileProfileActions *self)
{
  return self->settings;
}

StileProfileStore *
stile_profile_actions_get_store (StileProfileActions *self)
{
  return self->store;
}

static void
tell (GtkWidget *from, const char *text)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (from, ADW_TYPE_TOAST_OVERLAY);

  if (toasts != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), stile_dialogs_make_toast (text));
  else
    gtk_widget_activate_action (from, "win.show-toast", "s", text);
}

static gboolean
allows (StileProfileActions *self, GtkWidget *from, const char *what)
{
  g_autoptr (GError) error = NULL;

  if (stile_lockdown_allows (stile_settings_get_lockdown (self->settings), what, &error))
    return TRUE;

  tell (from, error->message);
  return FALSE;
}

/* --- using one --- */

static void
use (StileProfileActions *self, StileProfile *profile)
{
  g_signal_emit (self, used_signal, 0, profile);
}

void
stile_profile_actions_use (StileProfileActions *self, const char *id)
{
  StileProfile *profile = stile_profile_store_find (self->store, id);

  if (profile != NULL)
    use (self, profile);
}

/* --- taking one in --- */

/**
 * stile_profile_actions_import:
 * @path: a profile's file
 *
 * Keeps it, and uses it.
 */
void
stile_profile_actions_import (StileProfileActions *self, GtkWidget *from, const char *path)
{
  g_autoptr (GError) error = NULL;
  StileProfile *profile;

  if (!allows (self, from, STILE_LOCKDOWN_PROFILES))
    return;

  profile = stile_profile_store_import (self->store, path, &error);
  if (profile != NULL)
    use (self, profile);
  tell (from, profile != NULL ? _ ("Profile opened") : error->message);
}

/* A person is asked something, and the answer is about this. */
typedef struct
{
  StileProfileActions *actions;
  StileProfile *profile; /* NULL: none yet */
} Question;

static Question *
question_new (StileProfileActions *actions, StileProfile *profile)
{
  Question *question = g_new0 (Question, 1);

  question->actions = g_object_ref (actions);
  g_set_object (&question->profile, profile);
  return question;
}

static void
question_free (Question *question)
{
  g_object_unref (question->actions);
  g_clear_object (&question->profile);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
import_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = stile_dialogs_open_finish (GTK_WIDGET (object), result, NULL);
  g_autoptr (Question) question = user_data;

  if (file != NULL && g_file_peek_path (file) != NULL)
    stile_profile_actions_import (question->actions, GTK_WIDGET (object), g_file_peek_path (file));
}

void
stile_profile_actions_choose_import (StileProfileActions *self, GtkWidget *from)
{
  stile_dialogs_open_async (from, _ ("Open a profile"), NULL, import_chosen, question_new (self, NULL));
}

/**
 * stile_profile_actions_add:
 * @profile: what is set now
 *
 * Keeps it under its name.
 */
void
stile_profile_actions_add (StileProfileActions *self, GtkWidget *from, StileProfile *profile)
{
  g_autoptr (GError) error = NULL;

  if (!allows (self, from, STILE_LOCKDOWN_PROFILES))
    return;

  if (stile_profile_get_service (profile) == NULL)
    tell (from, _ ("There is no service yet: its address comes first"));
  else if (stile_profile_store_add (self->store, profile, &error) == NULL)
    tell (from, error->message);
  else
    tell (from, _ ("Profile kept"));
}

/* --- handing one out --- */

static void
export_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = stile_dialogs_save_finish (GTK_WIDGET (object), result, NULL);
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileProfile) handout = NULL;

  if (file == NULL || g_file_peek_path (file) == NULL)
    return;

  handout = stile_profile_file_make_handout (question->profile, &error);
  if (handout != NULL && stile_profile_file_save (handout, g_file_peek_path (file), &error))
    tell (GTK_WIDGET (object), _ ("Saved, with its anchors and without this computer’s identity"));
  else
    tell (GTK_WIDGET (object), error->message);
}

/**
 * stile_profile_actions_export:
 *
 * Asks for a file, and writes what other computers need there.
 */
void
stile_profile_actions_export (StileProfileActions *self, GtkWidget *from, const char *id)
{
  StileProfile *profile = stile_profile_store_find (self->store, id);
  g_autofree char *name = g_strconcat (id, ".profile", NULL);

  if (profile != NULL)
    stile_dialogs_save_async (from, _ ("Save the profile"), name, NULL, export_chosen,
                              question_new (self, profile));
}

/**
 * stile_profile_actions_copy_link:
 *
 * Puts a link that invites to that service into the clipboard.
 */
void
stile_profile_actions_copy_link (StileProfileActions *self, GtkWidget *from, const char *id)
{
  StileProfile *profile = stile_profile_store_find (self->store, id);
  g_autoptr (GError) error = NULL;
  g_autofree char *link = profile != NULL ? stile_invitation_make (profile, &error) : NULL;

  if (link != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (from), link);
  if (profile != NULL)
    tell (from, link != NULL ? _ ("Invitation copied") : error->message);
}

/* --- removing one --- */

static void
restore (GtkWidget *from, const char *id)
{
  g_autofree char *key = g_strconcat (REMOVED_KEY, id, NULL);
  g_autoptr (Question) question = g_object_steal_data (G_OBJECT (from), key);
  g_autoptr (GError) error = NULL;

  if (question != NULL &&
      stile_profile_store_add (question->actions->store, question->profile, &error) == NULL)
    tell (from, error->message);
}

/* As it is, but with the anchors that are in files beside it, which go with it. */
static StileProfile *
make_copy (StileProfile *profile)
{
  g_autoptr (StileProfile) handout = stile_profile_file_make_handout (profile, NULL);
  StileProfile *copy = stile_profile_new ();

  stile_profile_take_over (copy, profile);
  /* Anchors that are gone, or damaged, are no reason to keep a profile. */
  if (handout != NULL)
    stile_profile_take_over (copy, handout);
  return copy;
}

/**
 * stile_profile_actions_remove:
 *
 * Removes it, and offers to take that back.
 */
void
stile_profile_actions_remove (StileProfileActions *self, GtkWidget *from, const char *id)
{
  StileProfile *profile = stile_profile_store_find (self->store, id);
  g_autofree char *key = g_strconcat (REMOVED_KEY, id, NULL);
  g_autofree char *kept_id = g_strdup (id);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileProfile) copy = profile != NULL ? make_copy (profile) : NULL;

  if (copy == NULL || !stile_profile_store_remove (self->store, profile, &error))
    {
      if (error != NULL)
        tell (from, error->message);
      return;
    }

  g_object_set_data_full (G_OBJECT (from), key, question_new (self, copy), (GDestroyNotify)question_free);
  stile_undo_offer (from, _ ("Removed"), kept_id, restore);
}

/* --- an invitation, or a file from anybody --- */

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  StileProfileActions *self = question->actions;
  g_autoptr (GError) error = NULL;
  StileProfile *kept;

  if (!stile_dialogs_ask_finish (GTK_WIDGET (object), result, NULL))
    return;

  kept = stile_profile_store_add (self->store, question->profile, &error);
  if (kept != NULL)
    use (self, kept);
  else
    tell (GTK_WIDGET (object), error->message);
}

static void
ask (StileProfileActions *self, GtkWidget *from, StileProfile *profile)
{
  g_autofree char *title = g_strdup_printf (_ ("Use the service “%s”?"), stile_profile_get_name (profile));
  g_autofree char *text = stile_invitation_describe (profile);

  stile_dialogs_ask_async (from, title, text, _ ("_Use"), NULL, answered, question_new (self, profile));
}

/**
 * stile_profile_actions_offer:
 * @profile: of a file that somebody opened, whoever made it
 *
 * As stile_profile_actions_invite().
 */
void
stile_profile_actions_offer (StileProfileActions *self, GtkWidget *from, StileProfile *profile)
{
  g_autoptr (GError) error = NULL;

  if (!allows (self, from, STILE_LOCKDOWN_PROFILES))
    return;

  if (stile_invitation_can_show (profile, &error))
    ask (self, from, profile);
  else
    tell (from, error->message);
}

/**
 * stile_profile_actions_invite:
 * @link: from anybody
 *
 * Shows what it says, and asks; only when the person agrees, the service is kept and used.  Nothing is sent to it before
 * the person goes on.
 */
void
stile_profile_actions_invite (StileProfileActions *self, GtkWidget *from, const char *link)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileProfile) profile = NULL;

  if (!allows (self, from, STILE_LOCKDOWN_INVITATIONS) || !allows (self, from, STILE_LOCKDOWN_PROFILES))
    return;

  profile = stile_invitation_parse (link, &error);
  if (profile != NULL)
    ask (self, from, profile);
  else
    tell (from, error->message);
}
