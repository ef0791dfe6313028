/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-help-window.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/stile-dialogs.h"
#include "app/stile-help-topic.h"
#include "app/stile-help-view.h"
#include "app/stile-speech.h"

/**
 * StileHelpWindow:
 *
 * The documentation inside the app: a list of topics, a page, and the way back.  It reads what is built in, and needs no
 * network.
 */
struct _StileHelpWindow
{
  AdwWindow parent_instance;

  char *shown;        /* "page" or "page#place"; NULL: the list of topics */
  GPtrArray *history; /* of what was shown before; "" is the list */

  GtkStack *stack;
  GtkListBox *contents;
  StileHelpView *view;
};

G_DEFINE_FINAL_TYPE (StileHelpWindow, stile_help_window, ADW_TYPE_WINDOW)

static void
stile_help_window_finalize (GObject *object)
{
  StileHelpWindow *self = STILE_HELP_WINDOW (object);

  g_free (self->shown);
  g_ptr_array_unref (self->history);

  G_OBJECT_CLASS (stile_help_window_parent_class)->finalize (object);
}

/* --- what is shown --- */

static void
show_state (StileHelpWindow *self)
{
  gtk_stack_set_visible_child_name (self->stack, self->shown != NULL ? "page" : "contents");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "help.back", self->history->len > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "help.contents", self->shown != NULL);
}

static gboolean
show_topic (StileHelpWindow *self, const char *topic)
{
  g_auto (GStrv) parts = g_strsplit (topic, "#", 2);
  g_autoptr (GBytes) page = *topic != '\0' ? stile_help_topic_read (parts[0]) : NULL;

  if (page == NULL && *topic != '\0')
    return FALSE;

  g_free (self->shown);
  self->shown = page != NULL ? g_strdup (topic) : NULL;
  if (page != NULL)
    stile_help_view_show_page (self->view, page);
  show_state (self);
  if (page != NULL && parts[1] != NULL)
    stile_help_view_go_to (self->view, parts[1]);
  return TRUE;
}

/**
 * stile_help_window_open:
 * @topic: "page" or "page#place"; "" for the list of topics
 *
 * Returns: whether there is such a page
 */
gboolean
stile_help_window_open (StileHelpWindow *self, const char *topic)
{
  g_autofree char *before = g_strdup (self->shown != NULL ? self->shown : "");
  g_autofree char *wanted = g_strdup (topic);

  if (!show_topic (self, wanted))
    return FALSE;

  if (!g_str_equal (before, wanted))
    g_ptr_array_add (self->history, g_steal_pointer (&before));
  show_state (self);
  return TRUE;
}

static void
go_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileHelpWindow *self = STILE_HELP_WINDOW (widget);
  g_autofree char *topic = g_ptr_array_steal_index (self->history, self->history->len - 1);

  show_topic (self, topic);
  show_state (self);
}

static void
show_contents (GtkWidget *widget, const char *action, GVariant *parameter)
{
  stile_help_window_open (STILE_HELP_WINDOW (widget), "");
}

static void
link_followed (StileHelpView *view, const char *target, StileHelpWindow *self)
{
  g_auto (GStrv) parts = g_strsplit (self->shown != NULL ? self->shown : "", "#", 2);
  g_autofree char *topic = *target == '#' ? g_strconcat (parts[0], target, NULL) : g_strdup (target);

  if (g_str_has_prefix (target, "https://"))
    stile_dialogs_open_uri (GTK_WINDOW (self), target);
  else
    stile_help_window_open (self, topic);
}

/* --- the list of topics --- */

static void
topic_chosen (GtkListBox *list, GtkListBoxRow *row, StileHelpWindow *self)
{
  gsize count;
  const StileHelpTopic *topics = stile_help_topic_list (&count);

  stile_help_window_open (self, topics[gtk_list_box_row_get_index (row)].file);
}

static void
fill_contents (StileHelpWindow *self)
{
  gsize count;
  const StileHelpTopic *topics = stile_help_topic_list (&count);

  for (gsize i = 0; i < count; i++)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (topics[i].title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (topics[i].about));
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      stile_speech_complete (row);
      gtk_list_box_append (self->contents, row);
    }
}

/* --- the object --- */

static void
stile_help_window_class_init (StileHelpWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stile_help_window_finalize;
  g_type_ensure (STILE_TYPE_HELP_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, StileHelpWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, StileHelpWindow, contents);
  gtk_widget_class_bind_template_child (widget_class, StileHelpWindow, view);
  gtk_widget_class_bind_template_callback (widget_class, link_followed);
  gtk_widget_class_install_action (widget_class, "help.back", NULL, go_back);
  gtk_widget_class_install_action (widget_class, "help.contents", NULL, show_contents);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "help.back", NULL);
}

static void
stile_help_window_init (StileHelpWindow *self)
{
  self->history = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->contents, "row-activated", G_CALLBACK (topic_chosen), self,
                           G_CONNECT_DEFAULT);
  fill_contents (self);
  show_state (self);
}

static StileHelpWindow *
find_window (GtkApplication *application)
{
  for (GList *list = gtk_application_get_windows (application); list != NULL; list = list->next)
    if (STILE_IS_HELP_WINDOW (list->data))
      return list->data;

  return NULL;
}

/**
 * stile_help_window_present_for:
 * @topic: (nullable): what F1 was pressed on; %NULL for the list of topics
 *
 * There is one help window; it stays open beside the others.
 */
void
stile_help_window_present_for (GtkApplication *application, const char *topic)
{
  StileHelpWindow *self = find_window (application);

  if (self == NULL)
    {
      g_autoptr (GtkWindowGroup) group = gtk_window_group_new ();

      /* In a group of its own, no open dialog blocks it: that may be what needs explaining. */
      self = g_object_new (STILE_TYPE_HELP_WINDOW, "application", application, NULL);
      gtk_window_group_add_window (group, GTK_WINDOW (self));
      show_topic (self, topic != NULL ? topic : "");
    }
  else
    {
      stile_help_window_open (self, topic != NULL ? topic : "");
    }

  gtk_window_present (GTK_WINDOW (self));
}
