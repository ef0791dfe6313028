/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-help-topic.h"

#include <glib/gi18n-lib.h>

/*
 * Which page of the help belongs to what is shown.  A widget may have a topic, "page" or "page#place"; what is inside it
 * has the same unless it has its own.
 */

#define TOPIC_KEY "stile-help-topic"
#define FOLDER "/org/stile/Stile/help"

static const StileHelpTopic topics[] = {
  { "bootstrap", N_ ("Bootstrap"),
    N_ ("From a network that intercepts to a connection that works, step by step") },
  { "diagnose", N_ ("Diagnose"),
    N_ ("Who stands between this computer and a service, and what to do about it") },
  { "devices", N_ ("Devices"), N_ ("Bring devices that reach nobody into their domain") },
  { "codes", N_ ("Codes on devices"), N_ ("Which QR and data matrix codes are understood") },
  { "trust", N_ ("Whom this computer trusts"),
    N_ ("The stores, what changes in them, and how to take it back") },
  { "settings", N_ ("Profiles, invitations, settings"),
    N_ ("Keep services, hand them out, and settle things for a whole computer") },
  { "checks", N_ ("The checks"), N_ ("What P5 or R13 means") },
  { "brski", N_ ("Running a registrar"), N_ ("For those who run the other end") },
};

const StileHelpTopic *
stile_help_topic_list (gsize *count)
{
  *count = G_N_ELEMENTS (topics);
  return topics;
}

/* The application's own F1 does not reach dialogs, which are not windows of it. */
static gboolean
help_wanted (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  GApplication *application = g_application_get_default ();
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (widget));
  const char *topic = stile_help_topic_find (focus != NULL ? focus : widget);

  if (application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "topic", g_variant_new_string (topic));
  return TRUE;
}

static void
watch_key (GtkWidget *dialog)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_F1, 0),
                                                          gtk_callback_action_new (help_wanted, NULL, NULL)));
  gtk_widget_add_controller (dialog, controller);
}

/**
 * stile_help_topic_set:
 * @widget: a page, or a dialog
 * @topic: "page" or "page#place", static
 *
 * Says what F1 shows while the focus is in @widget.
 */
void
stile_help_topic_set (GtkWidget *widget, const char *topic)
{
  if (GTK_IS_WINDOW (widget) && stile_help_topic_find (widget) == NULL)
    watch_key (widget);
  g_object_set_data (G_OBJECT (widget), TOPIC_KEY, (gpointer)topic);
}

/**
 * stile_help_topic_find:
 * @widget: (nullable): where the focus is
 *
 * Returns: (nullable): the topic of it or of the nearest widget around it
 */
const char *
stile_help_topic_find (GtkWidget *widget)
{
  const char *topic = NULL;

  for (; widget != NULL && topic == NULL; widget = gtk_widget_get_parent (widget))
    topic = g_object_get_data (G_OBJECT (widget), TOPIC_KEY);

  return topic;
}

/**
 * stile_help_topic_read:
 * @file: a page's name, with or without ".md"
 *
 * Returns: (transfer full) (nullable): the page, in the person's language where there is one
 */
GBytes *
stile_help_topic_read (const char *file)
{
  const char *const *languages = g_get_language_names ();
  g_autofree char *name = g_str_has_suffix (file, ".md") ? g_strdup (file) : g_strconcat (file, ".md", NULL);
  g_autofree char *english = g_build_path ("/", FOLDER, name, NULL);

  for (gsize i = 0; languages[i] != NULL; i++)
    {
      g_autofree char *path = g_build_path ("/", FOLDER, languages[i], name, NULL);
      GBytes *bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

      if (bytes != NULL)
        return bytes;
    }

  return g_resources_lookup_data (english, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}
