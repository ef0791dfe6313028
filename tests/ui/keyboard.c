/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/keyboard.h"

#include <atspi/atspi.h>
#include <glib/gstdio.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)

#define TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define POLL_MILLISECONDS 20
/* After a key that need not move the focus: so long nothing may come any more. */
#define QUIET_MILLISECONDS 80
#define MAX_STOPS 160
#define MAX_DEPTH 40

/*
 * Somebody without a mouse and without a screen: keys go in, and what has the focus comes out, as a screen reader is told of it.
 */
struct _Keyboard
{
  AtspiEventListener *listener;
  AtspiAccessible *focused; /* NULL: nothing has it */
  guint n_events;

  /* What was told of it last. */
  char *name;
  char *role;
  char *description;
};

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

static void
wait_until_quiet (Keyboard *self)
{
  guint before;

  do
    {
      before = self->n_events;
      let_pass (QUIET_MILLISECONDS);
    }
  while (self->n_events != before);
}

/* --- what has the focus --- */

static void
focus_moved (AtspiEvent *event, gpointer user_data)
{
  Keyboard *self = user_data;

  if (event->detail1 != 0)
    g_set_object (&self->focused, event->source);
  else if (self->focused == event->source)
    g_clear_object (&self->focused);
  self->n_events++;
  g_boxed_free (ATSPI_TYPE_EVENT, event);
}

static gboolean
has_focus (AtspiAccessible *object)
{
  g_autoptr (AtspiStateSet) states = atspi_accessible_get_state_set (object);

  return states != NULL && atspi_state_set_contains (states, ATSPI_STATE_FOCUSED);
}

static AtspiAccessible *
find_focused (AtspiAccessible *object, guint depth)
{
  int count = depth < MAX_DEPTH ? atspi_accessible_get_child_count (object, NULL) : 0;

  if (has_focus (object))
    return g_object_ref (object);

  for (int i = 0; i < count; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (object, i, NULL);
      AtspiAccessible *found = child != NULL ? find_focused (child, depth + 1) : NULL;

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* GTK 4.8 puts the text with its mnemonic before the name: "Run _again Run again". */
static char *
make_plain (char *name)
{
  char *mark = name != NULL ? strchr (name, '_') : NULL;
  gsize half = name != NULL ? strlen (name) / 2 : 0;

  if (mark == NULL || name[half + 1] == '\0' || (gsize)(mark - name) > half)
    return name;

  {
    g_autofree char *first = g_strndup (name, half + 1 - (name[half] == ' '));
    g_auto (GStrv) parts = g_strsplit (first, "_", 2);
    g_autofree char *plain = g_strstrip (g_strjoinv ("", parts));

    if (g_str_has_suffix (name, plain) && strlen (plain) * 2 + 2 == strlen (name))
      {
        g_free (name);
        return g_steal_pointer (&plain);
      }
  }

  return name;
}

static void
read_focused (Keyboard *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->role, g_free);
  g_clear_pointer (&self->description, g_free);
  if (self->focused == NULL)
    return;

  /* What was asked is answered from a cache else. */
  atspi_accessible_clear_cache (self->focused);
  self->name = make_plain (atspi_accessible_get_name (self->focused, NULL));
  self->role = atspi_accessible_get_role_name (self->focused, NULL);
  self->description = atspi_accessible_get_description (self->focused, NULL);
}

/* (nullable): nothing has the focus */
const char *
keyboard_get_name (Keyboard *self)
{
  read_focused (self);

  return self->name;
}

static gboolean
begins (const char *text, const char *beginning)
{
  return text != NULL && g_str_has_prefix (text, beginning);
}

static void
print (Keyboard *self, const char *key)
{
  g_printerr ("# %s: %s “%s”, %s\n", key, self->role, self->name, self->description);
}

void
keyboard_wait_for (Keyboard *self, const char *beginning)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  while (!begins (keyboard_get_name (self), beginning) && g_get_monotonic_time () < deadline)
    let_pass (POLL_MILLISECONDS);
  if (!begins (self->name, beginning))
    g_error ("The focus did not come to “%s”: it is on %s “%s”", beginning, self->role, self->name);
}

void
keyboard_wait_for_description (Keyboard *self, const char *part)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  do
    {
      read_focused (self);
      if (self->description != NULL && strstr (self->description, part) != NULL)
        return;
      let_pass (POLL_MILLISECONDS);
    }
  while (g_get_monotonic_time () < deadline);

  g_error ("“%s” was not told: the focus is on %s “%s”, %s", part, self->role, self->name, self->description);
}

/* --- keys --- */

/* Returns: (transfer full): what it printed */
static char *
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *errors = NULL;
  char *output = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors,
                               &status, &error));
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s %s: %s", argv[0], argv[1], errors);

  return output;
}

static void
send (const char *command, const char *what)
{
  const char *const argv[] = { "xdotool", command, what, NULL };
  g_autofree char *output = run (argv);
}

/* A key that need not move the focus. */
void
keyboard_press (Keyboard *self, const char *key)
{
  send ("key", key);
  wait_until_quiet (self);
}

void
keyboard_type (Keyboard *self, const char *text)
{
  send ("type", text);
  wait_until_quiet (self);
}

/* A key that must move the focus, to something with a role and a name. */
void
keyboard_tab (Keyboard *self, const char *key)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;
  AtspiAccessible *before = self->focused;

  send ("key", key);
  while ((self->focused == before || self->focused == NULL) && g_get_monotonic_time () < deadline)
    let_pass (POLL_MILLISECONDS);
  read_focused (self);
  if (g_test_verbose ())
    print (self, key);
  if (self->focused == before || self->focused == NULL)
    g_error ("%s does not leave %s “%s”", key, self->role, self->name);
  if (self->name == NULL || *self->name == '\0')
    g_error ("After %s, the focus is on a %s without a name", key, self->role);
}

/* Without a window manager nobody gives the keyboard to a window: to the uppermost that is called so, once it is there. */
void
keyboard_enter_window (Keyboard *self, const char *title)
{
  g_autofree char *pattern = g_strdup_printf ("^%s$", title);
  const char *const argv[] = { "timeout",       "30",     "xdotool", "search", "--sync",
                               "--onlyvisible", "--name", pattern,   NULL };
  g_autofree char *found = g_strchomp (run (argv));
  const char *last = strrchr (found, '\n');
  g_autoptr (AtspiAccessible) desktop = atspi_get_desktop (0);

  send ("windowfocus", last != NULL ? last + 1 : found);
  wait_until_quiet (self);
  if (self->focused == NULL)
    self->focused = find_focused (desktop, 0);
}

/* --- walks --- */

/* Each must come once, in this order, and right behind one another. */
void
keyboard_assert_order (Keyboard *self, const char *const *beginnings)
{
  for (; *beginnings != NULL; beginnings++)
    {
      keyboard_tab (self, "Tab");
      if (!begins (self->name, *beginnings))
        g_error ("Tab leads to %s “%s” in place of “%s”", self->role, self->name, *beginnings);
    }
}

void
keyboard_tab_to (Keyboard *self, const char *beginning)
{
  for (guint i = 0; i < MAX_STOPS; i++)
    {
      keyboard_tab (self, "Tab");
      if (begins (self->name, beginning))
        return;
    }

  g_error ("Tab does not lead to “%s”", beginning);
}

/* Tab comes round, and Shift+Tab goes back the same way. */
void
keyboard_assert_round (Keyboard *self)
{
  g_autoptr (GPtrArray) stops = g_ptr_array_new_with_free_func (g_object_unref);

  g_assert_nonnull (self->focused);
  do
    {
      g_assert_cmpuint (stops->len, <, MAX_STOPS);
      g_ptr_array_add (stops, g_object_ref (self->focused));
      keyboard_tab (self, "Tab");
    }
  while (self->focused != g_ptr_array_index (stops, 0));

  for (guint i = stops->len; i > 0; i--)
    {
      keyboard_tab (self, "shift+Tab");
      if (self->focused != g_ptr_array_index (stops, i - 1))
        g_error ("Shift+Tab does not go back: it leads to %s “%s”", self->role, self->name);
    }
}

/* --- dialogs --- */

/* The button that has the focus asks for a file in @dialog: gives it one of that @name, and sees that it is there when @told
 * is told. */
void
keyboard_save (Keyboard *self, const char *dialog, const char *name, const char *told)
{
  g_autofree char *folder = g_dir_make_tmp ("stile-keyboard-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  keyboard_press (self, "Return");
  keyboard_enter_window (self, dialog);
  keyboard_press (self, "ctrl+a");
  keyboard_type (self, path);
  keyboard_press (self, "Return");
  keyboard_enter_window (self, "Stile");
  keyboard_wait_for_description (self, told);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_unlink (path);
  g_rmdir (folder);
}

/* --- the keyboard --- */

Keyboard *
keyboard_new (void)
{
  Keyboard *self = g_new0 (Keyboard, 1);
  g_autoptr (GError) error = NULL;

  self->listener = atspi_event_listener_new (focus_moved, self, NULL);
  g_assert_true (atspi_event_listener_register (self->listener, "object:state-changed:focused", &error));
  g_assert_no_error (error);

  return self;
}

void
keyboard_free (Keyboard *self)
{
  atspi_event_listener_deregister (self->listener, "object:state-changed:focused", NULL);
  g_clear_object (&self->listener);
  g_clear_object (&self->focused);
  g_free (self->name);
  g_free (self->role);
  g_free (self->description);
  g_free (self);
}
