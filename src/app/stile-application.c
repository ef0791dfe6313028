/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "app/stile-dialogs.h"
#include "app/stile-direction.h"
#include "app/stile-help-topic.h"
#include "app/stile-help-window.h"
#include "app/stile-opening.h"
#include "app/stile-reminder.h"
#include "app/stile-settings.h"
#include "app/stile-tour.h"
#include "app/stile-window.h"
#include "lab/stile-lab.h"
#include "transport/stile-http-carrier.h"

/**
 * StileApplication:
 *
 * The process: its options, its actions and, when it was asked for, the lab.  It holds the lab until it ends, so that
 * nothing of it stays behind.
 */
struct _StileApplication
{
  AdwApplication parent_instance;

  StileSettings *settings;
  StileLab *lab;           /* NULL: no lab was asked for */
  StileReminder *reminder; /* NULL in the lab, whose certificates go with it */
  GError *problem;         /* why it cannot work here, or NULL */
  StileLabScenario scenario;
};

G_DEFINE_FINAL_TYPE (StileApplication, stile_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "lab", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Walk in a network of its own on this computer"), NULL },
  { "lab-scenario", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("What lies between in the lab; includes --lab"),
    N_ ("NAME") },
  { "diagnose", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Find out who stands between here and this address"),
    N_ ("URL") },
  { "devices", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Show the devices, and add those of this list"),
    N_ ("LIST") },
  { "place", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Show this place: bootstrap, diagnose or devices"),
    N_ ("PLACE") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
  { NULL },
};

static void
quit_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (user_data));

  /* Closing is what remembers their size. */
  while (windows != NULL)
    {
      GtkWindow *window = windows->data;

      windows = windows->next;
      gtk_window_close (window);
    }
}

static void
about_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  stile_dialogs_show_about (gtk_application_get_active_window (GTK_APPLICATION (user_data)));
}

static void
help_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));
  const char *topic = stile_help_topic_find (window != NULL ? gtk_window_get_focus (window) : NULL);

  if (topic == NULL && STILE_IS_WINDOW (window))
    topic = stile_help_topic_find (stile_window_get_shown (STILE_WINDOW (window)));
  stile_help_window_present_for (GTK_APPLICATION (user_data), topic);
}

static void
topic_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  stile_help_window_present_for (GTK_APPLICATION (user_data), g_variant_get_string (parameter, NULL));
}

static void
tour_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  gtk_window_present (GTK_WINDOW (stile_tour_new (window)));
}

/* A process of its own, so that what is open here stays as it is. */
static void
lab_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", &error);
  g_autoptr (GSubprocess) process =
      program != NULL ? g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--lab", NULL) : NULL;

  if (process == NULL && window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.show-toast", "s", error->message);
}

static void
shortcuts_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  stile_dialogs_show_shortcuts (gtk_application_get_active_window (GTK_APPLICATION (user_data)));
}

static void begin_reminding (StileApplication *self);

/* A notification outlives the process that sent it: this may be the first that a new one is asked. */
static void
renew_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  StileApplication *self = user_data;

  begin_reminding (self);
  if (self->reminder != NULL)
    stile_reminder_renew (self->reminder, STILE_TYPE_HTTP_CARRIER, g_variant_get_string (parameter, NULL));
}

static void
diagnose_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window;

  g_application_activate (G_APPLICATION (user_data));
  window = gtk_application_get_active_window (GTK_APPLICATION (user_data));
  if (STILE_IS_WINDOW (window))
    stile_window_diagnose (STILE_WINDOW (window), g_variant_get_string (parameter, NULL));
}

static void
devices_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window;

  g_application_activate (G_APPLICATION (user_data));
  window = gtk_application_get_active_window (GTK_APPLICATION (user_data));
  if (STILE_IS_WINDOW (window))
    stile_window_show_devices (STILE_WINDOW (window), g_variant_get_string (parameter, NULL));
}

static void
place_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window;

  g_application_activate (G_APPLICATION (user_data));
  window = gtk_application_get_active_window (GTK_APPLICATION (user_data));
  if (STILE_IS_WINDOW (window))
    stile_window_show_place (STILE_WINDOW (window), g_variant_get_string (parameter, NULL));
}

static const GActionEntry actions[] = {
  { "place", place_activated, "s", NULL, NULL },
  { "devices", devices_activated, "s", NULL, NULL },
  { "diagnose", diagnose_activated, "s", NULL, NULL },
  { "renew", renew_activated, "s", NULL, NULL },
  { "quit", quit_activated, NULL, NULL, NULL },
  { "help", help_activated, NULL, NULL, NULL },
  { "topic", topic_activated, "s", NULL, NULL },
  { "tour", tour_activated, NULL, NULL, NULL },
  { "lab", lab_activated, NULL, NULL, NULL },
  { "about", about_activated, NULL, NULL, NULL },
  { "shortcuts", shortcuts_activated, NULL, NULL, NULL },
};

static void
stile_application_dispose (GObject *object)
{
  StileApplication *self = STILE_APPLICATION (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->lab);
  g_clear_object (&self->reminder);
  g_clear_error (&self->problem);

  G_OBJECT_CLASS (stile_application_parent_class)->dispose (object);
}

/* Whoever ends the program from outside must not leave the lab behind. */
static gboolean
stop_cb (gpointer user_data)
{
  g_application_quit (G_APPLICATION (user_data));
  return G_SOURCE_CONTINUE;
}

static void
watch_signals (StileApplication *self)
{
  g_unix_signal_add (SIGTERM, stop_cb, self);
  g_unix_signal_add (SIGINT, stop_cb, self);
  g_unix_signal_add (SIGHUP, stop_cb, self);
}

/* The lab is a network of its own, and nothing is settled there. */
static void
load_lockdown (StileApplication *self)
{
  g_autoptr (StileLockdown) lockdown =
      self->lab == NULL ? stile_lockdown_load (stile_lockdown_get_default_path (), &self->problem) : NULL;

  if (lockdown != NULL)
    stile_settings_set_lockdown (self->settings, lockdown);
}

static void
stile_application_startup (GApplication *application)
{
  static const char *const quit[] = { "<Control>q", NULL };
  static const char *const shortcuts[] = { "<Control>question", NULL };
  static const char *const help[] = { "F1", NULL };
  GtkApplication *self = GTK_APPLICATION (application);

  G_APPLICATION_CLASS (stile_application_parent_class)->startup (application);
  stile_direction_follow_language ();

  g_set_application_name (_ ("Stile"));
  gtk_window_set_default_icon_name (APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (self, "app.quit", quit);
  gtk_application_set_accels_for_action (self, "app.shortcuts", shortcuts);
  gtk_application_set_accels_for_action (self, "app.help", help);
  STILE_APPLICATION (self)->settings = stile_settings_new ();
  load_lockdown (STILE_APPLICATION (self));
  watch_signals (STILE_APPLICATION (self));
}

static void
stile_application_shutdown (GApplication *application)
{
  StileApplication *self = STILE_APPLICATION (application);

  if (self->lab != NULL)
    stile_lab_stop (self->lab);

  G_APPLICATION_CLASS (stile_application_parent_class)->shutdown (application);
}

/* One certificate, one notification: a later one takes its place. */
static void
certificate_due (StileReminder *reminder, StileEnrolmentNote *note, GApplication *application)
{
  g_autofree char *title = stile_reminder_get_title (note);
  g_autofree char *text = stile_reminder_get_text (note, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *name = stile_enrolment_note_get_name (note);
  g_autofree char *id = g_strconcat ("renew-", name, NULL);
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, text);
  g_notification_add_button_with_target (notification, _ ("Renew"), "app.renew", "s", name);
  g_application_send_notification (application, id, notification);
}

static void
certificate_renewed (StileReminder *reminder,
                     StileEnrolmentNote *note,
                     const char *problem,
                     GApplication *application)
{
  g_autofree char *name = stile_enrolment_note_get_name (note);
  g_autofree char *id = g_strconcat ("renew-", name, NULL);
  g_autoptr (GNotification) notification = g_notification_new (
      problem == NULL ? _ ("The certificate is renewed") : _ ("The certificate could not be renewed"));

  if (problem != NULL)
    {
      g_notification_set_body (notification, problem);
      g_notification_add_button_with_target (notification, _ ("Try Again"), "app.renew", "s", name);
    }
  g_application_send_notification (application, id, notification);
}

static void
begin_reminding (StileApplication *self)
{
  g_autofree char *directory = g_build_filename (g_get_user_data_dir (), "stile", "identities", NULL);

  GSettings *store = stile_settings_get_store (self->settings);

  if (self->lab != NULL || self->reminder != NULL ||
      (store != NULL && !g_settings_get_boolean (store, "remind")))
    return;

  self->reminder = stile_reminder_new (directory);
  g_signal_connect_object (self->reminder, "due", G_CALLBACK (certificate_due), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->reminder, "renewed", G_CALLBACK (certificate_renewed), self,
                           G_CONNECT_DEFAULT);
  stile_reminder_look (self->reminder);
}

static void
stile_application_activate (GApplication *application)
{
  StileApplication *self = STILE_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (self->problem != NULL)
    {
      if (window == NULL)
        stile_dialogs_refuse (GTK_APPLICATION (self), _ ("Stile cannot work on this computer"),
                              self->problem->message);
      return;
    }
  if (window == NULL)
    window = GTK_WINDOW (stile_window_new (GTK_APPLICATION (self), self->settings, self->lab));

  gtk_window_present (window);
  /* Whoever is in the lab has found it. */
  if (self->lab == NULL && stile_settings_begin_tour (self->settings))
    gtk_window_present (GTK_WINDOW (stile_tour_new (window)));
  begin_reminding (self);
}

static void
stile_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  GtkWindow *window;

  g_application_activate (application);
  window = gtk_application_get_active_window (GTK_APPLICATION (application));
  for (int i = 0; i < n_files && STILE_IS_WINDOW (window); i++)
    stile_opening_show (STILE_WINDOW (window), files[i]);
}

static int
refuse (const char *message)
{
  g_printerr ("stile: %s\n", message);
  return EXIT_FAILURE;
}

static int
refuse_scenario (const char *name)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < STILE_LAB_N_SCENARIOS; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "",
                            stile_lab_scenario_get_name ((StileLabScenario)i));

  g_printerr (_ ("stile: “%s” is no scenario of the lab. There are: %s\n"), name, known->str);
  return EXIT_FAILURE;
}

static int
start_lab (StileApplication *self)
{
  g_autoptr (GError) error = NULL;

  self->lab = stile_lab_new ();
  stile_lab_set_scenario (self->lab, self->scenario);
  if (stile_lab_start (self->lab, &error) && stile_lab_start_bench (self->lab, &error))
    return -1;

  return refuse (error->message);
}

/* In a process that runs already, where there is one. */
static int
act (GApplication *application, const char *action, const char *target)
{
  g_autoptr (GError) error = NULL;

  if (!g_application_register (application, NULL, &error))
    return refuse (error->message);

  g_action_group_activate_action (G_ACTION_GROUP (application), action, g_variant_new_string (target));
  return g_application_get_is_remote (application) ? EXIT_SUCCESS : -1;
}

/* An address to look at, or a list of devices; another process has another folder, so its path is a whole one. */
static int
begin (GApplication *application, GVariantDict *dictionary)
{
  const char *url = NULL;
  const char *list = NULL;
  const char *place = NULL;
  g_autofree char *path = NULL;

  if (g_variant_dict_lookup (dictionary, "place", "&s", &place))
    return act (application, "place", place);
  if (g_variant_dict_lookup (dictionary, "diagnose", "&s", &url))
    return act (application, "diagnose", url);
  if (!g_variant_dict_lookup (dictionary, "devices", "^&ay", &list))
    return -1;

  path = g_canonicalize_filename (list, NULL);
  return act (application, "devices", path);
}

static int
stile_application_handle_local_options (GApplication *application, GVariantDict *dictionary)
{
  StileApplication *self = STILE_APPLICATION (application);
  const char *name = NULL;

  if (g_variant_dict_contains (dictionary, "version"))
    {
      g_print ("stile %s\n", PACKAGE_VERSION);
      return EXIT_SUCCESS;
    }
  if (g_variant_dict_lookup (dictionary, "lab-scenario", "&s", &name) &&
      !stile_lab_scenario_find (name, &self->scenario))
    return refuse_scenario (name);
  if (name == NULL && !g_variant_dict_contains (dictionary, "lab"))
    return begin (application, dictionary);

  /* A lab belongs to its own process: it must not be lost in a window that another one has open. */
  g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return start_lab (self) == -1 ? begin (application, dictionary) : EXIT_FAILURE;
}

static void
stile_application_class_init (StileApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_application_dispose;
  application_class->startup = stile_application_startup;
  application_class->shutdown = stile_application_shutdown;
  application_class->activate = stile_application_activate;
  application_class->open = stile_application_open;
  application_class->handle_local_options = stile_application_handle_local_options;
}

static void
stile_application_init (StileApplication *self)
{
  GApplication *application = G_APPLICATION (self);

  g_application_add_main_option_entries (application, options);
  g_application_set_option_context_parameter_string (application, _ ("[FILE…]"));
  g_application_set_option_context_summary (
      application,
      _ ("Reach a service end to end through a TLS-intercepting middlebox, and trust what it vouches for."));
}

StileApplication *
stile_application_new (void)
{
  return g_object_new (STILE_TYPE_APPLICATION, "application-id", APP_ID, "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/org/stile/Stile", NULL);
}
