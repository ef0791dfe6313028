/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/accessible-app.h"

#include <atspi/atspi.h>
#include <gio/gio.h>
#include <string.h>

#include "support/test-language.h"
#include "support/test-pseudo.h"

/* libatspi 2.46 has none of its own. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAction, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiEditableText, g_object_unref)

/* A walk step takes a fraction of this on a machine that is busy with other tests. */
#define TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define POLL_MILLISECONDS 50
#define SETTLE_MILLISECONDS 700
#define MAX_DEPTH 40

/*
 * The real program, seen and handled only as somebody with a screen reader would: by roles, names and actions.
 */
struct _AccessibleApp
{
  GSubprocess *process;
  AtspiAccessible *application;
};

typedef gboolean (*Matches) (AtspiAccessible *object, const char *name, const char *wanted);

/* --- waiting --- */

static gboolean
time_is_up (gpointer user_data)
{
  gboolean *up = user_data;

  *up = TRUE;
  return G_SOURCE_REMOVE;
}

static void
let_pass (guint milliseconds)
{
  gboolean up = FALSE;

  g_timeout_add (milliseconds, time_is_up, &up);
  while (!up)
    g_main_context_iteration (NULL, TRUE);
}

/* --- looking --- */

/* GTK 4.8 puts the text with its mnemonic before the name: "Run _again Run again". */
static gboolean
has_mnemonic (const char *name, const char *wanted)
{
  g_autofree char *twice = g_strdup_printf ("%s %s", wanted, wanted);
  g_auto (GStrv) parts = g_strsplit (name, "_", 2);
  g_autofree char *plain = g_strjoinv ("", parts);

  return g_str_equal (plain, twice);
}

static gboolean
is_called (AtspiAccessible *object, const char *name, const char *wanted)
{
  return test_language_is_on () ? test_language_says (name, wanted, TEST_LANGUAGE_WHOLE)
                                : g_str_equal (name, wanted) || has_mnemonic (name, wanted);
}

static gboolean
begins_with (AtspiAccessible *object, const char *name, const char *wanted)
{
  return test_language_is_on () ? test_language_says (name, wanted, TEST_LANGUAGE_BEGINNING)
                                : g_str_has_prefix (name, wanted);
}

static gboolean
has_part (AtspiAccessible *object, const char *name, const char *wanted)
{
  return test_language_is_on () ? test_language_says (name, wanted, TEST_LANGUAGE_PART)
                                : strstr (name, wanted) != NULL;
}

static gboolean
is_button (AtspiAccessible *object, const char *name, const char *wanted)
{
  return atspi_accessible_get_role (object, NULL) == ATSPI_ROLE_PUSH_BUTTON &&
         is_called (object, name, wanted);
}

static AtspiAccessible *
find (AtspiAccessible *object, Matches matches, const char *wanted, guint depth)
{
  g_autofree char *shown = atspi_accessible_get_name (object, NULL);
  g_autofree char *name = shown != NULL ? test_pseudo_read (shown) : NULL;
  int count;

  if (name != NULL && matches (object, name, wanted))
    return g_object_ref (object);
  if (depth == MAX_DEPTH)
    return NULL;

  count = atspi_accessible_get_child_count (object, NULL);
  for (int i = 0; i < count; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (object, i, NULL);
      AtspiAccessible *found = child != NULL ? find (child, matches, wanted, depth + 1) : NULL;

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
print_tree (AtspiAccessible *object, guint depth)
{
  g_autofree char *name = atspi_accessible_get_name (object, NULL);
  g_autofree char *role = atspi_accessible_get_role_name (object, NULL);

  g_printerr ("# %*s%s “%s”\n", (int)depth * 2, "", role, name);
  for (int i = 0; depth < MAX_DEPTH && i < atspi_accessible_get_child_count (object, NULL); i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (object, i, NULL);

      if (child != NULL)
        print_tree (child, depth + 1);
    }
}

static AtspiAccessible *
wait_until_found (AtspiAccessible *root, Matches matches, const char *wanted)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  while (g_get_monotonic_time () < deadline)
    {
      AtspiAccessible *found = find (root, matches, wanted, 0);

      if (found != NULL)
        return found;
      /* What was asked is answered from a cache else. */
      atspi_accessible_clear_cache (root);
      let_pass (POLL_MILLISECONDS);
    }

  print_tree (root, 0);
  g_error ("“%s” did not appear", wanted);
}

/* What GTK 4.8 calls widgets that nobody gave a name, and actions, are no words for people. */
static gboolean
is_name_of_class (const char *name)
{
  return g_str_has_prefix (name, "Gtk") || g_str_has_prefix (name, "Adw") || g_str_has_prefix (name, "Stile");
}

static void
judge_words (AtspiAccessible *object, guint depth)
{
  g_autofree char *name = atspi_accessible_get_name (object, NULL);
  g_autofree char *role = atspi_accessible_get_role_name (object, NULL);
  g_autofree char *description = atspi_accessible_get_description (object, NULL);
  int count = atspi_accessible_get_child_count (object, NULL);

  if (name != NULL && !is_name_of_class (name))
    test_pseudo_judge (name, role);
  test_pseudo_judge (description, role);
  for (int i = 0; depth < MAX_DEPTH && i < count; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (object, i, NULL);

      if (child != NULL)
        judge_words (child, depth + 1);
    }
}

/* Of all windows of the program, in the language of tests/support/pseudo. */
static void
judge_all_words (AccessibleApp *self)
{
  int count = test_pseudo_is_on () ? atspi_accessible_get_child_count (self->application, NULL) : 0;

  for (int i = 0; i < count; i++)
    {
      g_autoptr (AtspiAccessible) window = atspi_accessible_get_child_at_index (self->application, i, NULL);

      if (window != NULL)
        judge_words (window, 0);
    }
}

/* --- the program --- */

AccessibleApp *
accessible_app_start (const char *const *arguments)
{
  AccessibleApp *self = g_new0 (AccessibleApp, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (AtspiAccessible) desktop = NULL;

  g_assert_cmpint (atspi_init (), <=, 1);
  self->process = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);

  desktop = atspi_get_desktop (0);
  self->application = wait_until_found (desktop, is_called, "stile");
  return self;
}

/* Ends the program, however far the test came. */
void
accessible_app_end (AccessibleApp *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
  g_clear_object (&self->application);
  g_free (self);
}

void
accessible_app_wait_for_end (AccessibleApp *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_subprocess_wait (self->process, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (self->process));
}

void
accessible_app_wait_for (AccessibleApp *self, const char *name)
{
  g_autoptr (AtspiAccessible) found = wait_until_found (self->application, is_called, name);
}

void
accessible_app_wait_for_beginning (AccessibleApp *self, const char *text)
{
  g_autoptr (AtspiAccessible) found = wait_until_found (self->application, begins_with, text);
}

void
accessible_app_wait_for_part (AccessibleApp *self, const char *text)
{
  g_autoptr (AtspiAccessible) found = wait_until_found (self->application, has_part, text);
}

void
accessible_app_wait_until_gone (AccessibleApp *self, const char *name)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  while (g_get_monotonic_time () < deadline)
    {
      g_autoptr (AtspiAccessible) found = find (self->application, is_called, name, 0);

      if (found == NULL)
        return;
      atspi_accessible_clear_cache (self->application);
      let_pass (POLL_MILLISECONDS);
    }

  print_tree (self->application, 0);
  g_error ("“%s” is still there", name);
}

static gboolean
do_action (AtspiAccessible *object, const char *wanted)
{
  g_autoptr (AtspiAction) action = atspi_accessible_get_action_iface (object);
  int count = action != NULL ? atspi_action_get_n_actions (action, NULL) : 0;

  for (int i = 0; i < count; i++)
    {
      g_autofree char *name = atspi_action_get_action_name (action, i, NULL);

      if (g_strcmp0 (name, wanted) == 0)
        return atspi_action_do_action (action, i, NULL);
    }

  return FALSE;
}

void
accessible_app_click (AccessibleApp *self, const char *name)
{
  g_autoptr (AtspiAccessible) found = wait_until_found (self->application, is_button, name);

  g_assert_true (do_action (found, "click"));
}

static gboolean
is_tab (AtspiAccessible *object, const char *name, const char *wanted)
{
  AtspiRole role = atspi_accessible_get_role (object, NULL);

  return (role == ATSPI_ROLE_TOGGLE_BUTTON || role == ATSPI_ROLE_PAGE_TAB ||
          role == ATSPI_ROLE_RADIO_BUTTON) &&
         is_called (object, name, wanted);
}

/* A button of the switcher in the header bar. */
void
accessible_app_switch_to (AccessibleApp *self, const char *place)
{
  g_autoptr (AtspiAccessible) found = wait_until_found (self->application, is_tab, place);

  g_assert_true (do_action (found, "click"));
}

/* A GAction of the window, as a screen reader's menu of actions has it. */
void
accessible_app_act (AccessibleApp *self, const char *action)
{
  g_autoptr (AtspiAccessible) frame = atspi_accessible_get_child_at_index (self->application, 0, NULL);

  g_assert_nonnull (frame);
  g_assert_true (do_action (frame, action));
}

void
accessible_app_type (AccessibleApp *self, const char *name, const char *text)
{
  g_autoptr (AtspiAccessible) found = wait_until_found (self->application, is_called, name);
  g_autoptr (AtspiEditableText) editable = atspi_accessible_get_editable_text_iface (found);

  g_assert_nonnull (editable);
  g_assert_true (atspi_editable_text_set_text_contents (editable, text, NULL));
}

/* For tools/screenshots: its command is run with the name of what is to be seen. */
void
accessible_app_shoot (AccessibleApp *self, const char *name)
{
  const char *argv[] = { g_getenv ("STILE_SCREENSHOT"), name, NULL };
  g_autoptr (GError) error = NULL;

  judge_all_words (self);
  if (argv[0] == NULL)
    return;

  let_pass (SETTLE_MILLISECONDS);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}
