/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-devices-status.h"

#include <glib/gi18n-lib.h>

#include "app/stile-focus.h"
#include "app/stile-problem-box.h"
#include "app/stile-speech.h"
#include "inventory/stile-provisioning-list.h"

/**
 * StileDevicesStatus:
 *
 * How the whole queue is: how many are through, how many need somebody, how long it takes still, and why nothing goes on.
 */
struct _StileDevicesStatus
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkLabel *sentence;
  GtkProgressBar *progress;
  StileProblemBox *problem;
  GtkWidget *start;
  GtkWidget *pause;
  GtkWidget *retry;
};

G_DEFINE_FINAL_TYPE (StileDevicesStatus, stile_devices_status, GTK_TYPE_WIDGET)

static void
stile_devices_status_dispose (GObject *object)
{
  g_clear_pointer (&STILE_DEVICES_STATUS (object)->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_devices_status_parent_class)->dispose (object);
}

static void
stile_devices_status_class_init (StileDevicesStatusClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_devices_status_dispose;

  g_type_ensure (STILE_TYPE_PROBLEM_BOX);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-devices-status.ui");
  gtk_widget_class_bind_template_child (widget_class, StileDevicesStatus, content);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesStatus, sentence);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesStatus, progress);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesStatus, problem);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesStatus, start);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesStatus, pause);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesStatus, retry);
}

static void
stile_devices_status_init (StileDevicesStatus *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* --- words --- */

static guint
count (StileDeviceStore *store, StileDeviceState state)
{
  return stile_provisioning_list_count (G_LIST_MODEL (store), state);
}

static guint
count_problems (StileDeviceStore *store)
{
  return count (store, STILE_DEVICE_FAILED) + count (store, STILE_DEVICE_REFUSED);
}

/**
 * stile_devices_status_describe:
 *
 * Returns: (transfer full): "12 of 20 devices are done, 2 with a problem, 1 waits."
 */
char *
stile_devices_status_describe (StileDeviceStore *store)
{
  guint all = g_list_model_get_n_items (G_LIST_MODEL (store));
  guint problems = count_problems (store);
  guint waiting = count (store, STILE_DEVICE_WAITING);
  g_autofree char *done =
      g_strdup_printf (ngettext ("%u of %u device is done", "%u of %u devices are done", all),
                       count (store, STILE_DEVICE_DONE), all);
  g_autofree char *bad =
      g_strdup_printf (ngettext ("%u with a problem", "%u with a problem", problems), problems);
  g_autofree char *open = g_strdup_printf (ngettext ("%u waits", "%u wait", waiting), waiting);

  if (problems > 0 && waiting > 0)
    /* TRANSLATORS: how many devices are done, have a problem, and wait */
    return g_strdup_printf (_ ("%s, %s, %s"), done, bad, open);
  if (problems == 0 && waiting == 0)
    return g_steal_pointer (&done);

  return g_strdup_printf (_ ("%s, %s"), done, problems > 0 ? bad : open);
}

static char *
describe_rest (StileProvisioning *job)
{
  guint left =
      job != NULL && stile_provisioning_is_busy (job) ? stile_provisioning_get_seconds_left (job) : 0;

  if (left == 0)
    return g_strdup ("");
  if (left < 60)
    return g_strdup (_ ("less than a minute left"));

  return g_strdup_printf (ngettext ("about %u minute left", "about %u minutes left", left / 60), left / 60);
}

/* --- showing --- */

static void
show_buttons (StileDevicesStatus *self, StileDeviceStore *store, StileProvisioning *job)
{
  gboolean busy = job != NULL && stile_provisioning_is_busy (job);
  gboolean paused = job != NULL && stile_provisioning_is_paused (job);
  gboolean left = count (store, STILE_DEVICE_NEW) + count (store, STILE_DEVICE_STOPPED) +
                      count (store, STILE_DEVICE_QUEUED) + count (store, STILE_DEVICE_WAITING) >
                  0;

  gtk_widget_set_visible (self->start, left && (!busy || paused));
  gtk_widget_set_visible (self->pause, busy && !paused);
  gtk_widget_set_visible (self->retry, !busy && count_problems (store) > 0);
}

static void
show_problem (StileDevicesStatus *self, StileProvisioning *job)
{
  const char *problem = job != NULL ? stile_provisioning_get_problem (job) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  if (problem != NULL)
    stile_problem_box_set_warning (self->problem, problem, TRUE);
}

/* What had the focus may be gone: it goes to what can be done now, and that tells how things stand. */
static void
keep_focus (StileDevicesStatus *self)
{
  GtkWidget *targets[] = { self->start, self->pause, self->retry, GTK_WIDGET (self->sentence) };

  /* The sentence keeps it while there is nothing to do. */
  if (!stile_focus_is_lost (GTK_WIDGET (self)) &&
      stile_focus_get_within (GTK_WIDGET (self)) != GTK_WIDGET (self->sentence))
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    if (gtk_widget_get_visible (targets[i]) && gtk_widget_is_sensitive (targets[i]))
      {
        gtk_widget_grab_focus (targets[i]);
        return;
      }
}

static void
tell (StileDevicesStatus *self, const char *text)
{
  stile_speech_set_description (self->start, text);
  stile_speech_set_description (self->pause, text);
  stile_speech_set_description (self->retry, text);
}

/**
 * stile_devices_status_show:
 * @station: (nullable): whose queue; %NULL, or not open yet, for none
 */
void
stile_devices_status_show (StileDevicesStatus *self, StileStation *station)
{
  StileDeviceStore *store = station != NULL ? stile_station_get_store (station) : NULL;
  StileProvisioning *job = station != NULL ? stile_station_get_job (station) : NULL;
  guint all = store != NULL ? g_list_model_get_n_items (G_LIST_MODEL (store)) : 0;
  gboolean within = stile_focus_get_within (GTK_WIDGET (self)) != NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), all > 0);
  if (all == 0)
    return;

  sentence = stile_devices_status_describe (store);
  rest = describe_rest (job);
  text = g_strjoin (*rest != '\0' ? " · " : "", sentence, rest, NULL);
  gtk_label_set_text (self->sentence, text);
  gtk_progress_bar_set_fraction (self->progress,
                                 (double)(count (store, STILE_DEVICE_DONE) + count_problems (store)) / all);
  tell (self, text);
  show_buttons (self, store, job);
  show_problem (self, job);
  if (within)
    keep_focus (self);
}
